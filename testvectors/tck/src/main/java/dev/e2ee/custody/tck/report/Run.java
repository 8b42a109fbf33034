package dev.e2ee.custody.tck.report;

import dev.e2ee.custody.tck.Effort;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * When, by what and on what the points were run.
 *
 * @param version of E2EE, whose TCK this is
 * @param commit from which it was built, where the build was told ({@code -De2ee.commit})
 * @param java version and maker of the JVM
 * @param system operating system, its version and architecture
 * @param effort how often luck was tried
 * @param date when it began
 * @param names with what the name of every key begins that it makes
 */
public record Run(
    String version,
    Optional<String> commit,
    String java,
    String system,
    Effort effort,
    Instant date,
    String names) {

  /** One that begins now, in this JVM. */
  public static Run beginning(Effort effort, String names) {
    Properties build = build();
    return new Run(
        build.getProperty("version", ""),
        Optional.of(build.getProperty("commit", "")).filter(commit -> !commit.isEmpty()),
        System.getProperty("java.version") + ", " + System.getProperty("java.vm.vendor"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"),
        effort,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        names);
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream in = Run.class.getResourceAsStream("build.properties")) {
      build.load(Objects.requireNonNull(in, "build.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build;
  }

  /** Version and commit, such as {@code 0.1.0, commit 0123abc}. */
  public String built() {
    return version + commit.map(id -> ", commit " + id).orElse("");
  }
}
