package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a source tree of its own. Maven runs these tests and cannot run inside itself, so
 * the {@code mvn} on the path here only puts the build's result where the launcher looks for it.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "e2ee");
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "sed",
          "readlink",
          "dirname",
          "find",
          "head",
          "mkdir",
          "cat",
          "rm",
          "mv",
          "touch",
          "sleep",
          "cp");

  @TempDir Path home;
  private Path root;
  private Path bin;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectories(home.resolve("a tree/of sources"));
    Files.copy(LAUNCHER, root.resolve("e2ee"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.createDirectories(root.resolve("spi/argon2/src/main/java"));
    Files.createDirectories(root.resolve("cli/src/main/java"));
    bin = Files.createDirectory(home.resolve("bin"));
    for (String tool : TOOLS) {
      script(tool, "exec " + onPath(tool) + " \"$@\"");
    }
    writeJar(home.resolve("built.jar"));
  }

  private static Path onPath(String tool) {
    return Stream.of("/usr/bin", "/bin")
        .map(directory -> Path.of(directory, tool))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  /** A jar with nothing but this JVM's class path. */
  private static void writeJar(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(":"))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" "));
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
  }

  private void installMaven(int exit) throws IOException {
    script(
        "mvn",
        """
        echo "$PWD: $*" >>"%s/built"
        echo 'maven talks'
        mkdir -p cli/target/lib
        [ %d = 0 ] && cp "%s/built.jar" cli/target/e2ee-cli.jar
        exit %d
        """
            .formatted(home, exit, home, exit));
  }

  private void script(String name, String content) throws IOException {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + content + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private CliProcess.Answer launch(String launcher, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("env", "PATH=" + bin));
    words.add("JAVA_HOME=" + System.getProperty("java.home"));
    words.add(launcher);
    words.addAll(List.of(arguments));
    return CliProcess.run(home, words);
  }

  private long builds() throws IOException {
    Path log = home.resolve("built");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  @Test
  void itBuildsOnFirstUseAndThenOnlyWhenASourceIsNewer() throws Exception {
    installMaven(0);
    String launcher = root.resolve("e2ee").toString();
    CliProcess.Answer first = launch(launcher, "--version");
    assertEquals(0, first.exit(), first::toString);
    assertTrue(first.out().startsWith("e2ee "), first::toString);
    assertFalse(first.out().contains("maven talks"), first::toString);
    assertTrue(first.err().startsWith("e2ee: building"), first::toString);
    assertEquals(1, builds());
    assertTrue(Files.readString(home.resolve("built")).startsWith(root + ": "));
    CliProcess.Answer second = launch(launcher, "--version");
    assertEquals("", second.err());
    assertEquals(1, builds());
    Path source = Files.writeString(root.resolve("spi/argon2/src/main/java/A.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    launch(launcher, "--version");
    assertEquals(2, builds());
  }

  @Test
  void itWorksThroughLinksFromAnywhereAndPassesArgumentsAndExitCodesOn() throws Exception {
    installMaven(0);
    Path link = Files.createSymbolicLink(home.resolve("first"), root.resolve("e2ee"));
    Path relative = Files.createSymbolicLink(bin.resolve("e2ee"), Path.of("../first"));
    CliProcess.Answer answer = launch(relative.toString(), "inspect", "no such file");
    assertEquals(7, answer.exit(), answer::toString);
    assertTrue(answer.err().contains("no such file: there is no such file"), answer::toString);
    assertEquals(0, launch(link.toString(), "version").exit());
    assertEquals(1, builds());
  }

  @Test
  void aFailedBuildIsSaidAndTriedAgain() throws Exception {
    installMaven(1);
    CliProcess.Answer failed = launch(root.resolve("e2ee").toString(), "--version");
    assertEquals(1, failed.exit());
    assertTrue(
        failed.err().contains("maven talks") && failed.err().contains("failed"), failed::toString);
    assertFalse(Files.exists(root.resolve("cli/target/e2ee.lock")));
    installMaven(0);
    assertEquals(0, launch(root.resolve("e2ee").toString(), "--version").exit());
  }

  @Test
  void aDescriptorThatWasNotPassedIsSaid() throws Exception {
    installMaven(0);
    String launcher = root.resolve("e2ee").toString();
    for (String[] words :
        List.of(
            new String[] {"key", "list", "--passphrase-fd", "3"},
            new String[] {"key", "list", "--passphrase-fd=3"})) {
      CliProcess.Answer answer = launch(launcher, words);
      assertEquals(7, answer.exit(), answer::toString);
      assertTrue(answer.err().contains("descriptor 3 was not passed"), answer::toString);
    }
  }

  @Test
  void aLockOfADeadProcessDoesNotStopIt() throws Exception {
    installMaven(0);
    Files.createDirectories(root.resolve("cli/target"));
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(root.resolve("cli/target/e2ee.lock"), gone.pid() + "\n");
    assertEquals(0, launch(root.resolve("e2ee").toString(), "--version").exit());
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws Exception {
    CliProcess.Answer answer = launch(root.resolve("e2ee").toString(), "demo");
    assertEquals(1, answer.exit());
    assertTrue(answer.err().contains("apt install maven"), answer::toString);
  }
}
