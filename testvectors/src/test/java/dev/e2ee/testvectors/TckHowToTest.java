package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does what testvectors/tck/README.md says has a project in which the TCK runs. */
@Tag("once")
class TckHowToTest {
  private static final Path ROOT = SharedFiles.projectRoot();
  private static final Path TCK = ROOT.resolve("testvectors/tck");
  private static final Path EXAMPLE = Path.of("src/test/java/dev/e2ee/custody/tck/example");
  private static final Path SERVICE = Path.of("META-INF/services/dev.e2ee.spi.CustodyProvider");

  /** As the how-to says. */
  private static final String VERSION = "0.1.0-SNAPSHOT";

  @TempDir Path home;

  /** The repository that Maven has built this one with: the jars of JUnit lie in it. */
  private static Path repository() {
    Path jar =
        Stream.of(System.getProperty("java.class.path").split(":", -1))
            .filter(part -> part.contains("/org/junit/jupiter/junit-jupiter-api/"))
            .map(Path::of)
            .findFirst()
            .orElseThrow();
    return jar.resolve("../../../../../..").normalize();
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  /** The same, and the jars of this build in it, as if they had been installed. */
  private void install(Path into) throws IOException {
    Files.createDirectories(into.resolve("dev/e2ee"));
    for (Path group : children(repository())) {
      if (!group.endsWith("dev")) {
        Files.createSymbolicLink(into.resolve(group.getFileName()), group);
      }
    }
    putPom(into, "e2ee-parent", ".");
    for (String module : List.of("spi", "testvectors/tck")) {
      Path jar = RealJars.of(module);
      String artifact = jar.getFileName().toString().replaceFirst("-[0-9].*", "");
      Files.copy(jar, putPom(into, artifact, module).resolve(jar.getFileName()));
    }
  }

  private static Path putPom(Path into, String artifact, String module) throws IOException {
    Path folder = into.resolve("dev/e2ee").resolve(artifact).resolve(VERSION);
    Files.createDirectories(folder);
    return Files.copy(
            ROOT.resolve(module).resolve("pom.xml"),
            folder.resolve(artifact + "-" + VERSION + ".pom"))
        .resolveSibling("");
  }

  /** The example in a project of its own, with the pom.xml of the how-to. */
  private void project() throws IOException {
    Matcher pom =
        Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(TCK.resolve("README.md")));
    assertTrue(pom.find(), "the how-to shows no pom.xml");
    Files.writeString(home.resolve("pom.xml"), pom.group(1));
    Path sources = Files.createDirectories(home.resolve(EXAMPLE));
    for (Path source : children(TCK.resolve(EXAMPLE))) {
      Files.copy(source, sources.resolve(source.getFileName()));
    }
    Path test = sources.resolve("ExampleTckTest.java");
    Files.writeString(
        test,
        Files.readString(test)
            .replace(
                "super(new ExampleFixture());",
                "super(new ExampleFixture(),"
                    + " new dev.e2ee.custody.tck.Effort(1, 1, 1, 100, 1, 1, 10));"));
    Path service = home.resolve("target/test-classes").resolve(SERVICE);
    Files.createDirectories(service.getParent());
    Files.writeString(service, "dev.e2ee.custody.tck.example.ExampleProvider\n");
  }

  @Test
  void itsProjectRunsTheTckOverTheExample() throws Exception {
    Path maven = Path.of("/usr/bin/mvn");
    assumeTrue(Files.exists(maven), "Maven is not at /usr/bin/mvn");
    Path repository = home.resolve("repository");
    install(repository);
    project();
    ProcessBuilder builder =
        new ProcessBuilder(
                maven.toString(),
                "-B",
                "-o",
                "-Dstyle.color=never",
                "-Dmaven.repo.local=" + repository,
                "compiler:testCompile",
                "surefire:test",
                "-De2ee.tck.report=" + home.resolve("report"))
            .directory(home.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("Tests run: 39, Failures: 0, Errors: 0, Skipped: 0"), said);
    assertTrue(said.contains("37 passed, 0 failed, 2 declared"), said);
    assertTrue(Files.exists(home.resolve("report/example-of-a-back-end/index.html")), said);
  }
}
