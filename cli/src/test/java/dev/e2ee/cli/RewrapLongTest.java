package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.journal.FileState;
import dev.e2ee.cli.journal.HeaderExchange;
import dev.e2ee.cli.journal.HeaderJournal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Re-wrapping envelopes of suite 2, whose header is exchanged where it lies. */
@Tag("once")
class RewrapLongTest {
  private static final int HEADER = 123;

  @TempDir Path home;
  private Cli cli;
  private byte[] content;
  private Path file;
  private byte[] old;

  @BeforeEach
  void sealALongFileAndRotate() throws IOException {
    cli = new Cli(home).initRaw();
    content = new byte[100_000];
    new Random(7).nextBytes(content);
    file = cli.write("work/long.e2ee", cli.feed(content, "seal", "--aad", "x").exits(0).out());
    old = Files.readAllBytes(file);
    cli.run("key", "rotate", "default").exits(0);
  }

  private Cli.Result rewrap(Path path) {
    return cli.run("rewrap", path.toString(), "--aad", "x", "--json");
  }

  private void rewrapped(Path path) throws IOException {
    assertEquals(1, rewrap(path).exits(0).json().get("rewrapped").asInt());
  }

  private void opensUnderTheNewKey(Path path) {
    var opened =
        cli.run("open", path.toString(), "-o", "-", "--aad", "x", "--min-generation", "2").exits(0);
    assertArrayEquals(content, opened.out());
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino");
  }

  @Test
  void onlyTheHeaderChangesAndTheFileStaysTheSameOne() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Object inode = inode(file);
    rewrapped(file);
    byte[] now = Files.readAllBytes(file);
    assertTrue(Arrays.equals(old, HEADER, old.length, now, HEADER, now.length));
    assertFalse(Arrays.equals(old, 0, HEADER, now, 0, HEADER));
    assertEquals(inode, inode(file));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    opensUnderTheNewKey(file);
    assertEquals(List.of("long.e2ee"), Cli.names(file.getParent()));
    assertEquals(1, rewrap(file).exits(0).json().get("alreadyCurrent").asInt());
    assertArrayEquals(now, Files.readAllBytes(file));
  }

  @Test
  void noChunkIsReadSoAnAlteredOneStaysAndDoesNotOpen() throws IOException {
    Files.write(file, Cli.withBitFlipped(old, old.length - 1));
    rewrapped(file);
    cli.run("open", file.toString(), "-o", home.resolve("back").toString(), "--aad", "x").exits(3);
    Files.write(file, Cli.withBitFlipped(old, HEADER));
    rewrap(file).exits(3);
    assertArrayEquals(Cli.withBitFlipped(old, HEADER), Files.readAllBytes(file));
  }

  @Test
  void aDryRunReadsEveryChunkAndWritesNothing() throws IOException {
    cli.run("rewrap", file.toString(), "--aad", "x", "--dry-run").exits(0);
    assertArrayEquals(old, Files.readAllBytes(file));
    Files.write(file, Cli.withBitFlipped(old, old.length - 1));
    cli.run("rewrap", file.toString(), "--aad", "x", "--dry-run").exits(3);
  }

  @Test
  void aWrongContextChangesNothing() throws IOException {
    cli.run("rewrap", file.toString(), "--aad", "y").exits(3);
    assertArrayEquals(old, Files.readAllBytes(file));
    assertEquals(List.of("long.e2ee"), Cli.names(file.getParent()));
  }

  @Test
  void anotherNameOfTheFileKeepsWhatItHad() throws IOException {
    Path snapshot = Files.createLink(home.resolve("snapshot"), file);
    rewrapped(file);
    assertArrayEquals(old, Files.readAllBytes(snapshot));
    assertNotEquals(inode(snapshot), inode(file));
    opensUnderTheNewKey(file);
    assertEquals(List.of("long.e2ee"), Cli.names(file.getParent()));
  }

  @Test
  void anAlteredChunkIsFoundWhereTheFileMustBeCopied() throws IOException {
    Files.createLink(home.resolve("snapshot"), file);
    byte[] altered = Cli.withBitFlipped(old, old.length - 1);
    Files.write(file, altered);
    rewrap(file).exits(3);
    assertArrayEquals(altered, Files.readAllBytes(file));
    assertEquals(List.of("long.e2ee"), Cli.names(file.getParent()));
  }

  @Test
  void aLinkIsFollowedAndStays() throws IOException {
    Path link = Files.createSymbolicLink(home.resolve("link"), file);
    rewrapped(link);
    assertTrue(Files.isSymbolicLink(link));
    opensUnderTheNewKey(file);
  }

  @Test
  void aNameWithoutRoomForTheJournalsIsCopied() throws IOException {
    Path named = Files.move(file, file.resolveSibling("n".repeat(245) + ".e2ee"));
    Object inode = inode(named);
    rewrapped(named);
    assertNotEquals(inode, inode(named));
    opensUnderTheNewKey(named);
  }

  @Test
  void whatAnotherRunHasIsLeftAlone() throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = channel.lock();
      assertTrue(lock.isValid());
      var here = rewrap(file).exits(7);
      assertTrue(here.err().contains("another program"), here.err());
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = channel.lock();
      assertTrue(lock.isValid());
      var there = CliProcess.shell(home, "\"$@\" rewrap work/long.e2ee --aad x");
      assertEquals(7, there.exit(), there::toString);
      assertTrue(there.err().contains("another program"), there.err());
    }
    assertArrayEquals(old, Files.readAllBytes(file));
    assertEquals(List.of("long.e2ee"), Cli.names(file.getParent()));
  }

  @Test
  void twoRunsAtOnceOverOneTreeHarmNothing() throws Exception {
    for (int i = 0; i < 60; i++) {
      cli.write("tree/" + i, old);
    }
    CliProcess.shell(
        home,
        "\"$@\" rewrap tree --aad x & first=$!; \"$@\" rewrap tree --aad x; wait $first; true");
    JsonNode last = rewrap(home.resolve("tree")).exits(0).json();
    assertEquals(60, last.get("rewrapped").asInt() + last.get("alreadyCurrent").asInt());
    assertEquals(60, Cli.names(home.resolve("tree")).size());
    for (int i = 0; i < 60; i++) {
      opensUnderTheNewKey(home.resolve("tree/" + i));
    }
  }

  @Test
  void whatIsChangedInTheLastMomentIsLeftAsItIs() throws Exception {
    FileState before = FileState.of(file);
    byte[] header = Arrays.copyOf(old, HEADER);
    byte[] changed = old.clone();
    changed[old.length - 1] ^= 1;
    HeaderExchange exchange =
        new HeaderExchange(
            envelope -> {
              try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
                other.truncate(old.length - 1);
              }
            });
    Failure refused =
        assertThrows(
            Failure.class, () -> exchange.exchange(file, before, header, new byte[HEADER]));
    assertEquals(Exit.IO, refused.exit());
    assertArrayEquals(Arrays.copyOf(old, old.length - 1), Files.readAllBytes(file));
    assertFalse(HeaderJournal.isBeside(file));
  }

  @Test
  void whatMayNotBeWrittenIsReplacedByACopy() throws Exception {
    boolean root = "root".equals(Files.getOwner(home).getName());
    String bound = root ? "setpriv --bounding-set -dac_override " : "";
    Object inode = inode(file);
    String script = "chmod 0400 work/long.e2ee; " + bound + "\"$@\" rewrap work/long.e2ee --aad x";
    var answer = CliProcess.shell(home, script);
    assertEquals(0, answer.exit(), answer::toString);
    assertNotEquals(inode, inode(file));
    assertEquals("r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    opensUnderTheNewKey(file);
  }
}
