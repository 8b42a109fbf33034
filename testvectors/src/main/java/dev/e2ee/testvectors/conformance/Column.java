package dev.e2ee.testvectors.conformance;

import java.nio.file.Path;
import java.util.List;

/**
 * A subject to be tried in a JVM of its own.
 *
 * @param id short and unique in a report
 * @param title for people
 * @param subject its name, as {@link Subjects} has it
 * @param jars what it needs on the class path besides ours
 * @param jvmArguments such as {@code -Dorg.bouncycastle.fips.approved_only=true}
 */
public record Column(
    String id, String title, String subject, List<Path> jars, List<String> jvmArguments) {
  /** A subject that needs no switches. */
  public Column(String id, String title, String subject, List<Path> jars) {
    this(id, title, subject, jars, List.of());
  }
}
