package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What may lie beside a key file, put there by a crash, a mishap or another user. */
@Timeout(60)
class StrangeFilesTest {
  private static final String HEX = "0123456789abcdef";

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("k");
  }

  private Path lock() {
    return directory.resolve("k.lock");
  }

  private void create() {
    KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults()).close();
  }

  private KeyFile open() {
    return KeyFile.open(path(), CustodyOptions.defaults().withDeadline(Duration.ofMillis(300)));
  }

  private void works() {
    try (KeyFile file = open()) {
      file.unlock();
      file.generate("name" + file.list().size(), KeyKind.UMK);
    }
  }

  private List<String> temps() throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".e2ee-tmp"))
          .sorted()
          .toList();
    }
  }

  /** [keyfile-31] */
  @Test
  void whatCannotBeSweptKeepsNobodyOut() throws IOException {
    create();
    Path inTheWay = directory.resolve(".k." + HEX + ".e2ee-tmp");
    Files.createFile(Files.createDirectory(inTheWay).resolve("content"));
    Path link = directory.resolve(".k.f" + HEX.substring(1) + ".e2ee-tmp");
    Files.createSymbolicLink(link, directory.resolve("nowhere"));
    works();
    assertEquals(2, temps().size());
  }

  /** A temp of earlier builds that holds the key of a slot. [keyfile-31] */
  @Test
  void sweepsTheTempOfASlotKey() throws IOException {
    create();
    Files.createFile(directory.resolve(".k.01234567.slotkey." + HEX + ".e2ee-tmp"));
    Files.createFile(directory.resolve(".k." + HEX + ".e2ee-tmp"));
    String other = ".k.other." + HEX + ".e2ee-tmp"; // of a key file named k.other
    Files.createFile(directory.resolve(other));
    works();
    assertEquals(List.of(other), temps());
  }

  /** As a creator leaves it that is killed when its file has just got its name. [keyfile-27] */
  @Test
  void aCreationThatWasKilledLateIsDone() throws IOException {
    create();
    Files.createLink(directory.resolve(".k." + HEX + ".e2ee-tmp"), path());
    works();
    assertEquals(List.of(), temps());
    Files.createLink(directory.resolve("other"), path());
    fails(Kind.DENIED, this::open);
  }

  /** [keyfile-30] */
  @Test
  void aLockThatIsAPipeIsRefused() throws Exception {
    create();
    Files.delete(lock());
    assertEquals(0, new ProcessBuilder("mkfifo", "-m", "600", lock() + "").start().waitFor());
    try (KeyFile file = open()) {
      file.unlock();
      fails(Kind.DENIED, () -> file.generate("main", KeyKind.UMK));
    }
    Path other = directory.resolve("other");
    Files.move(lock(), directory.resolve("other.lock"));
    fails(
        Kind.DENIED, () -> KeyFile.create(other, NewSlot.raw(), CustodyOptions.defaults()).close());
    works();
  }

  /** As a second class loader's copy of this module holds it. [keyfile-30] */
  @Test
  void aLockHeldElsewhereInThisJvmTimesOut() throws IOException {
    create();
    try (KeyFile file = open();
        FileChannel channel = FileChannel.open(lock(), StandardOpenOption.WRITE)) {
      file.unlock();
      assertTrue(channel.tryLock().isValid());
      fails(Kind.TIMEOUT, () -> file.generate("main", KeyKind.UMK));
    }
    works();
  }

  @Test
  void twoDotsAreTheParentOfWhatALinkPointsTo() throws IOException {
    create();
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path inner = Files.createDirectory(elsewhere.resolve("inner"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), inner);
    fails(Kind.MISSING, () -> KeyFile.open(link.resolve("../k"), CustodyOptions.defaults()));
    Path moved = Files.move(path(), elsewhere.resolve("k"));
    try (KeyFile file = KeyFile.open(link.resolve("../k"), CustodyOptions.defaults())) {
      assertEquals("file:" + moved.toRealPath(), file.info().location());
    }
    for (String name : List.of(".", "..")) {
      fails(Kind.DENIED, () -> KeyFile.open(inner.resolve(name), CustodyOptions.defaults()));
    }
  }

  /** [keyfile-33] What comes into being meanwhile is not overwritten. */
  @Test
  void creatingNeverOverwrites() throws Exception {
    for (int round = 0; round < 100; round++) {
      Path own = directory.resolve("own" + round);
      Thread other =
          new Thread(
              () -> {
                try {
                  while (!Files.exists(directory.resolve(own.getFileName() + ".lock"))) {
                    Thread.onSpinWait();
                  }
                  Files.writeString(own, "mine", StandardOpenOption.CREATE_NEW);
                } catch (IOException e) {
                  // The key file was first.
                }
              });
      other.start();
      boolean created = true;
      try {
        KeyFile.create(own, NewSlot.raw(), CustodyOptions.defaults()).close();
      } catch (dev.e2ee.spi.CustodyException e) {
        assertEquals(Kind.CONFLICT, e.kind(), e.getMessage());
        created = false;
      }
      other.join();
      assertEquals(!created, Files.size(own) == 4);
    }
  }
}
