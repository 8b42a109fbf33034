package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that the launcher makes for faster starts, and does without. */
@Tag("once")
class LauncherArchiveTest {
  private static final String SHARED = "shared objects file";

  @TempDir Path home;
  private LauncherTree tree;
  private Path target;

  @BeforeEach
  void build() throws Exception {
    // Java 17 archives no class of a path with a space in it.
    tree = new LauncherTree(home, "tree");
    tree.installMaven(0);
    target = tree.root().resolve("cli/target");
    version();
  }

  /** Runs a short command, which says nothing of archives whatever becomes of them. */
  private void version() throws Exception {
    CliProcess.Answer answer = tree.launch(tree.launcher().toString(), "version");
    assertQuiet(answer);
  }

  private static void assertQuiet(CliProcess.Answer answer) {
    assertEquals(0, answer.exit(), answer::toString);
    assertTrue(answer.out().startsWith("e2ee "), answer::toString);
    assertTrue(answer.err().isEmpty() || answer.err().startsWith("e2ee: building"), answer.err());
  }

  /** The one archive; nothing that was needed to make it is left. */
  private Path archive() throws IOException {
    List<Path> made;
    try (Stream<Path> all = Files.list(target)) {
      made = all.filter(file -> file.getFileName().toString().contains(".jsa")).toList();
    }
    assertEquals(1, made.size(), made::toString);
    assertTrue(made.get(0).toString().endsWith(".jsa"), made::toString);
    assertTrue(Files.size(made.get(0)) > 0, "an empty file says that it could not be made");
    return made.get(0);
  }

  /** Where the JVM took a class from that the training has loaded. */
  private String source(String name) throws Exception {
    Path log = home.resolve("classes");
    assertQuiet(
        tree.launchWith(
            "-Xlog:class+load:file=" + log + "::filecount=0",
            tree.launcher().toString(),
            "version"));
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains("] " + name + " source: "))
        .findFirst()
        .orElseThrow();
  }

  private void assertShared(String name) throws Exception {
    String source = source(name);
    assertTrue(source.contains(SHARED), source);
  }

  @Test
  void itIsMadeOnFirstUseAndUsedFromThenOn() throws Exception {
    Object made = Files.readAttributes(archive(), "unix:ino").get("ino");
    assertShared("dev.e2ee.cli.CommandTree");
    // Of another jar; not picocli's, whose class files are too old for Java 25 to archive.
    assertShared("dev.e2ee.internal.core.EnvelopeOperation");
    assertEquals(made, Files.readAttributes(archive(), "unix:ino").get("ino"), "made again");
  }

  @Test
  @Tag("soak")
  void itIsMadeAgainWhenTheJarsChange() throws Exception {
    Path first = archive();
    FileTime before = Files.getLastModifiedTime(first);
    Files.setLastModifiedTime(target.resolve("e2ee-cli.jar"), FileTime.from(Instant.now()));
    assertShared("dev.e2ee.cli.CommandTree");
    assertNotEquals(before, Files.getLastModifiedTime(archive()));
  }

  @Test
  @Tag("soak")
  void aDamagedOneDoesNoHarm() throws Exception {
    Path archive = archive();
    byte[] whole = Files.readAllBytes(archive);
    Files.delete(archive);
    byte[] damaged = whole.clone();
    Arrays.fill(damaged, damaged.length / 3, damaged.length / 2, (byte) 0x5a);
    for (byte[] content :
        List.of(damaged, Arrays.copyOf(whole, 1000), new byte[5000], new byte[0])) {
      Files.write(archive, content);
      assertFalse(source("dev.e2ee.cli.CommandTree").contains(SHARED), content.length + " bytes");
      version();
    }
  }

  @Test
  void aTreeThatCannotBeWrittenWorksWithoutOne() throws Exception {
    Files.delete(archive());
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
    List<String> words = tree.environment("");
    if (Files.isWritable(target)) { // root, who may write anywhere with this capability
      words.addAll(List.of("/usr/bin/setpriv", "--bounding-set", "-dac_override"));
    }
    words.addAll(List.of(tree.launcher().toString(), "version"));
    try {
      assertQuiet(CliProcess.run(home, words));
      try (Stream<Path> all = Files.list(target)) {
        assertTrue(all.noneMatch(file -> file.toString().contains(".jsa")));
      }
    } finally {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  @Tag("soak")
  void twoLaunchersAtOnceMakeOne() throws Exception {
    Files.delete(archive());
    String both = "\"$@\" >one & \"$@\" >two && wait $!";
    List<String> words = tree.environment("");
    words.addAll(List.of("/bin/sh", "-c", both, "sh", tree.launcher().toString(), "version"));
    CliProcess.Answer answer = CliProcess.run(home, words);
    assertEquals(0, answer.exit(), answer::toString);
    assertEquals("", answer.err());
    assertEquals(
        Files.readString(home.resolve("one")), Files.readString(home.resolve("two")), "answers");
    assertShared("dev.e2ee.cli.CommandTree");
    archive();
  }

  @Test
  void theTrainingLeavesNothingBehind() throws Exception {
    Path temporary = Files.createDirectory(home.resolve("tmp"));
    List<String> words = CliProcess.command();
    words.set(words.size() - 1, Training.class.getName());
    words.add(1, "-Djava.io.tmpdir=" + temporary);
    CliProcess.Answer answer = CliProcess.run(home, words);
    assertEquals(0, answer.exit(), answer::toString);
    assertTrue(answer.out().contains("Re-wrapped 1,"), answer::toString);
    assertEquals(List.of(), Cli.names(temporary));
    assertTrue(Files.notExists(home.resolve(".local")), "nothing of it is in the person's log");
  }
}
