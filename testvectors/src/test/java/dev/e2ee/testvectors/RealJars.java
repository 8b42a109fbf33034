package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the tools of this test's JDK with the jars that the build made. */
final class RealJars {
  private static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");

  private final Path directory;

  /** Runs them in a directory. */
  RealJars(Path directory) {
    this.directory = directory;
  }

  /** The jars that an application has, as a class path or module path. */
  static String path() {
    Stream<Path> ours =
        Stream.of("spi", "spi/argon2", "provider", "custody-file").map(RealJars::of);
    return Stream.concat(ours, Stream.of(jackson()))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The one library of others that the provider brings. */
  private static Path jackson() {
    try {
      return Path.of(JsonFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The jar of a module's folder. */
  static Path of(String module) {
    Path target = SharedFiles.projectRoot().resolve(module).resolve("target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(
              f ->
                  f.getFileName()
                      .toString()
                      .matches("e2ee-[a-z0-9-]+-[0-9][^-]*(-SNAPSHOT)?\\.jar"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no jar in " + target + ": run mvn verify"));
    } catch (IOException e) {
      throw new AssertionError("no jar in " + target + ": run mvn verify", e);
    }
  }

  /** The output of a tool, which must end with this exit code. */
  String run(int expectedExit, String tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(JAVA_BIN.resolve(tool).toString()));
    // They end before the optimising compiler has paid.
    command.add((tool.equals("java") ? "" : "-J") + "-XX:TieredStopAtLevel=1");
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(expectedExit, process.waitFor(), () -> String.join(" ", command) + "\n" + output);
    return output;
  }
}
