package dev.e2ee.cli.conformance;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.testvectors.conformance.Column;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who can be tried, by name, and the jars that they are in. */
final class Columns {
  private static final String ENGINE = "e2ee.engine";
  private static final String BC_FIPS = "bc-fips.jar";
  private static final List<String> APPROVED_ONLY =
      List.of("-Dorg.bouncycastle.fips.approved_only=true");

  /** The jar of each provider that the build puts beside the command line. */
  private static final Map<String, String> JARS =
      Map.of("bcfips", BC_FIPS, "fips", BC_FIPS, "accp", "accp.jar", "conscrypt", "conscrypt.jar");

  private static final Map<String, String> TITLES =
      Map.of(
          "jdk", "JDK",
          "bcfips", "BC FIPS",
          "fips", "BC FIPS, approved-only",
          "accp", "ACCP",
          "conscrypt", "Conscrypt");

  /** E2EE over each engine, and the bare providers. */
  List<Column> matrix() {
    return Stream.concat(
            Stream.of("jdk", "bcfips", "fips", "accp").map(this::engine),
            Stream.of("jdk", "bcfips", "accp", "conscrypt").map(this::provider))
        .toList();
  }

  /** E2EE over the engine of this name, or of CLASS@JAR. */
  Column engine(String name) {
    Named named = Named.of(name);
    return new Column(
        "e2ee-" + named.id(),
        "E2EE over " + TITLES.getOrDefault(name, named.name()),
        "e2ee:" + named.name(),
        named.jars(),
        name.equals("fips") ? APPROVED_ONLY : List.of());
  }

  /** The provider of this name, or of CLASS@JAR. */
  Column provider(String name) {
    if (name.equals("e2ee")) {
      String engine = System.getProperty(ENGINE);
      return engine == null ? new Column("e2ee", "E2EE", "e2ee", List.of()) : engine(engine);
    }
    Named named = Named.of(name);
    return new Column(
        named.id(), TITLES.getOrDefault(name, named.name()), named.name(), named.jars());
  }

  /** The same with ids that no two have: two versions of one provider may be compared. */
  static List<Column> unique(List<Column> columns) {
    Map<String, Integer> seen = new HashMap<>();
    return columns.stream()
        .map(
            c -> {
              int place = seen.merge(c.id(), 1, Integer::sum);
              return place == 1
                  ? c
                  : new Column(
                      c.id() + "-" + place,
                      c.title() + " (" + place + ")",
                      c.subject(),
                      c.jars(),
                      c.jvmArguments());
            })
        .toList();
  }

  /** A name and where its classes are. */
  private record Named(String name, List<Path> jars) {
    static Named of(String text) {
      int at = text.indexOf('@');
      if (at < 0) {
        String jar = JARS.get(text);
        return new Named(text, jar == null ? List.of() : List.of(engines().resolve(jar)));
      }
      List<Path> jars = new ArrayList<>();
      for (String jar : text.substring(at + 1).split(File.pathSeparator, -1)) {
        if (!Files.exists(Path.of(jar))) {
          throw Failure.usage("there is no jar " + jar, "Write CLASS@JAR.");
        }
        jars.add(Path.of(jar).toAbsolutePath());
      }
      return new Named(text.substring(0, at), jars);
    }

    /** The last word of a class's name. */
    String id() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  private static Path engines() {
    try {
      return Path.of(Columns.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .resolveSibling("engines");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
