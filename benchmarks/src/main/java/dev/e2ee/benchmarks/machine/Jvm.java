package dev.e2ee.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A Java installation that is measured.
 *
 * @param home its directory
 * @param release its feature release, such as 17
 * @param version its full version
 */
public record Jvm(Path home, String release, String version) {
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");
  private static final List<String> WANTED = List.of("17", "25");

  /**
   * The one in this directory, or the one that this {@code java} belongs to.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Jvm at(Path given) throws IOException {
    Path real = given.toRealPath();
    Path home = Files.isDirectory(real) ? real : real.resolve("../..").normalize();
    Path release = home.resolve("release");
    if (!Files.exists(home.resolve("bin/java")) || !Files.exists(release)) {
      throw new IllegalArgumentException(given + " is no Java installation");
    }
    Properties properties = new Properties();
    try (var in = Files.newInputStream(release)) {
      properties.load(in);
    }
    String feature = unquoted(properties, "JAVA_VERSION").replaceFirst("\\..*", "");
    String version =
        unquoted(properties, "JAVA_RUNTIME_VERSION") + " " + unquoted(properties, "IMPLEMENTOR");
    return new Jvm(home, feature, version.strip());
  }

  private static String unquoted(Properties properties, String name) {
    return properties.getProperty(name, "").replace("\"", "");
  }

  /** Those of the releases that the project supports, one each, oldest first. */
  public static List<Jvm> installed() throws IOException {
    Map<String, Jvm> found = new TreeMap<>();
    try (Stream<Path> entries = Files.list(INSTALLED)) {
      for (Path entry : entries.sorted().toList()) {
        if (Files.exists(entry.resolve("bin/java")) && Files.exists(entry.resolve("release"))) {
          Jvm jvm = at(entry);
          found.putIfAbsent(jvm.release(), jvm);
        }
      }
    }
    found.keySet().retainAll(WANTED);
    return List.copyOf(found.values());
  }

  /** Those that were asked for, or the installed ones. */
  public static List<Jvm> chosen(List<Path> given) throws IOException {
    List<Jvm> chosen = new ArrayList<>();
    for (Path path : given) {
      chosen.add(at(path));
    }
    return chosen.isEmpty() ? installed() : chosen;
  }

  /** The versions of these, for the report. */
  public static Map<String, String> versions(List<Jvm> jvms) {
    Map<String, String> versions = new LinkedHashMap<>();
    jvms.forEach(jvm -> versions.put("JDK " + jvm.release(), jvm.version()));
    return versions;
  }

  /** Its launcher. */
  public Path java() {
    return home.resolve("bin/java");
  }
}
