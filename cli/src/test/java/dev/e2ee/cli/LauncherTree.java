package dev.e2ee.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * A source tree of its own for the launcher. Maven runs the tests and cannot run inside itself, so
 * the {@code mvn} on the path here only puts the build's result where the launcher looks for it.
 */
final class LauncherTree {
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
          "cksum",
          "rm",
          "mv",
          "touch",
          "sleep",
          "cp");

  private final Path home;
  private final Path root;
  private final Path bin;
  private String archive = "";

  /**
   * Makes one.
   *
   * @param name its path in {@code home}
   */
  LauncherTree(Path home, String name) throws IOException {
    this.home = home;
    root = Files.createDirectories(home.resolve(name));
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

  Path root() {
    return root;
  }

  /** All that is on the path. */
  Path bin() {
    return bin;
  }

  Path launcher() {
    return root.resolve("e2ee");
  }

  private static Path onPath(String tool) {
    return Stream.of("/usr/bin", "/bin")
        .map(directory -> Path.of(directory, tool))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  /** A jar with nothing but a class path: jars in {@code lib} with this JVM's, less the tests. */
  private void writeJar(Path jar) throws IOException {
    Path lib = Files.createDirectory(home.resolve("lib"));
    StringBuilder names = new StringBuilder();
    for (String entry : List.of(System.getProperty("java.class.path").split(":"))) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
        names.append(" lib/").append(packed(path, lib).getFileName());
      } else if (Files.isRegularFile(path)) {
        Files.copy(path, lib.resolve(path.getFileName()));
        names.append(" lib/").append(path.getFileName());
      }
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, names.toString().strip());
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
  }

  private static Path packed(Path classes, Path directory) throws IOException {
    Path jar = Files.createTempFile(directory, "classes", ".jar");
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path file : files) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  /** Its builds leave word that no archive of classes can be made, which takes seconds. */
  LauncherTree withoutArchive() {
    archive =
        """
        sum=$({ printf '%s\\n' "$JAVA_HOME" && cat "$JAVA_HOME/release"; } | cksum)
        : >"cli/target/e2ee-${sum%% *}.jsa"
        """;
    return this;
  }

  void installMaven(int exit) throws IOException {
    script(
        "mvn",
        """
        echo "$PWD: $*" >>"%s/built"
        echo 'maven talks'
        mkdir -p cli/target/lib
        [ %d = 0 ] && cp "%s"/lib/* cli/target/lib && cp "%s/built.jar" cli/target/e2ee-cli.jar
        %s
        exit %d
        """
            .formatted(home, exit, home, home, archive, exit));
  }

  private void script(String name, String content) throws IOException {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + content + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
  }

  long builds() throws IOException {
    Path log = home.resolve("built");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  CliProcess.Answer launch(String launcher, String... arguments) throws Exception {
    return launchWith("", launcher, arguments);
  }

  /** The same with options of the JVM. */
  CliProcess.Answer launchWith(String options, String launcher, String... arguments)
      throws Exception {
    List<String> words = environment(options);
    words.add(launcher);
    words.addAll(List.of(arguments));
    return CliProcess.run(home, words);
  }

  /** The words that a launcher runs behind. */
  List<String> environment(String options) {
    return new ArrayList<>(
        List.of(
            "env",
            "PATH=" + bin,
            "JAVA_HOME=" + System.getProperty("java.home"),
            "E2EE_JAVA_OPTS=" + options));
  }
}
