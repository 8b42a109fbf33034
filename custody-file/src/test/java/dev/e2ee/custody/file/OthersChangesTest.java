package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else does to the file of an open session: rotates, forks, rolls back, removes. */
class OthersChangesTest {
  private static final int REVISION = 16;

  @TempDir Path directory;

  @BeforeEach
  void makeFile() {
    try (KeyFile file = KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults())) {
      file.generate("main", KeyKind.UMK);
    }
  }

  private Path path() {
    return directory.resolve("keys");
  }

  private KeyFile open() {
    KeyFile file = KeyFile.open(path(), CustodyOptions.defaults());
    file.unlock();
    return file;
  }

  private byte[] content() throws IOException {
    return Files.readAllBytes(path());
  }

  private static DekWrap wraps(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static byte[] wrap(DekWrap wrap) {
    try (SecretBytes dek = WriterProcess.dek()) {
      return wrap.wrap(dek, new byte[0]);
    }
  }

  /** [keyfile-42] With most of a reserved block left. */
  @Test
  void aRotationHoldsForTheNextWrap() {
    try (KeyFile server = open();
        KeyFile manager = open()) {
      CustodyKey key = server.find("main");
      byte[] wrapped = wrap(wraps(key));
      manager.rotate("main");
      fails(Kind.POLICY, () -> wrap(wraps(key)));
      wraps(key).unwrap(wrapped, new byte[0]).close();
      wrap(wraps(server.find("main")));
    }
  }

  /** [keyfile-42] */
  @Test
  void aRetirementHoldsForTheNextUnwrap() {
    try (KeyFile server = open();
        KeyFile manager = open()) {
      CustodyKey key = server.find("main");
      byte[] wrapped = wrap(wraps(key));
      manager.rotate("main");
      wraps(key).unwrap(wrapped, new byte[0]).close();
      manager.retire(key.id());
      fails(Kind.POLICY, () -> wraps(key).unwrap(wrapped, new byte[0]));
      fails(Kind.POLICY, () -> wrap(wraps(key)));
    }
  }

  /** What is known is not read again; what is new is. */
  @Test
  void aGenerationMadeElsewhereIsFoundFromItsKey() {
    try (KeyFile server = open();
        KeyFile manager = open()) {
      CustodyKey key = server.find("main");
      CustodyKey next = manager.rotate("main");
      assertEquals(next.id(), key.generation(next.id()).id());
      manager.generate("other", KeyKind.UMK);
      fails(Kind.MISSING, () -> key.generation(manager.find("other").id()));
    }
  }

  @Test
  void aFileThatIsGoneIsRemovedAndNoKeyIsMissing() throws IOException {
    try (KeyFile file = open()) {
      CustodyKey key = file.find("main");
      byte[] wrapped = wrap(wraps(key));
      Path elsewhere = directory.resolve("elsewhere");
      Files.move(path(), elsewhere);
      fails(Kind.REMOVED, () -> file.find("main"));
      fails(Kind.REMOVED, () -> file.find(key.id()));
      fails(Kind.REMOVED, () -> key.generation(key.id()));
      fails(Kind.REMOVED, () -> wrap(wraps(key)));
      fails(Kind.REMOVED, () -> wraps(key).unwrap(wrapped, new byte[0]));
      fails(Kind.REMOVED, () -> file.rotate("main"));
      fails(Kind.REMOVED, () -> file.export(key.id(), "test"));
      fails(Kind.REMOVED, file::list);
      fails(Kind.REMOVED, file::unlock);
      assertEquals(Status.UNAVAILABLE, file.health().status());
      assertTrue(file.health().detail().startsWith("REMOVED"), file.health().detail());
      file.lock();
      fails(Kind.REMOVED, file::unlock);
      Files.move(elsewhere, path());
      file.unlock();
      wraps(key).unwrap(wrapped, new byte[0]).close();
    }
  }

  @Test
  void aDirectoryThatIsGoneIsRemovedToo() throws IOException {
    Path mount = Files.createDirectory(directory.resolve("mount"));
    Path away = directory.resolve("away");
    try (KeyFile file =
        KeyFile.create(mount.resolve("keys"), NewSlot.raw(), CustodyOptions.defaults())) {
      CustodyKey key = file.generate("main", KeyKind.UMK);
      Files.move(mount, away);
      fails(Kind.REMOVED, () -> file.rotate("main"));
      fails(Kind.REMOVED, () -> wrap(wraps(key)));
      fails(Kind.REMOVED, file::unlock);
      file.lock();
      fails(Kind.REMOVED, file::unlock);
    }
    fails(Kind.MISSING, () -> KeyFile.open(mount.resolve("keys"), CustodyOptions.defaults()));
  }

  @Test
  void aReplacedFileThatOthersCanReadIsDenied() throws IOException {
    try (KeyFile file = open()) {
      CustodyKey key = file.find("main");
      wrap(wraps(key));
      byte[] good = content();
      Files.delete(path());
      Files.write(path(), good);
      Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r--r--"));
      fails(Kind.DENIED, () -> wrap(wraps(key)));
    }
  }

  /** [keyfile-35] Two copies, changed apart, with the same revision. */
  @Test
  void aForkIsAConflict() throws IOException {
    byte[] before = content();
    try (KeyFile file = open()) {
      file.generate("one", KeyKind.UMK);
      byte[] mine = content();
      Files.write(path(), before);
      try (KeyFile other = open()) {
        other.generate("two", KeyKind.UMK);
      }
      byte[] fork = content();
      assertEquals(
          ByteBuffer.wrap(mine).getLong(REVISION), ByteBuffer.wrap(fork).getLong(REVISION));
      fails(Kind.CONFLICT, file::list);
      fails(Kind.CONFLICT, () -> file.find("two"));
      fails(Kind.CONFLICT, () -> file.generate("three", KeyKind.UMK));
      fails(Kind.CONFLICT, () -> file.rotate("main"));
      file.lock();
      fails(Kind.CONFLICT, file::list);
      fails(Kind.CONFLICT, file::unlock);
      assertArrayEquals(fork, content(), "a refused change writes nothing");
      Files.write(path(), mine);
      file.unlock();
      file.generate("three", KeyKind.UMK);
    }
  }

  /** [keyfile-35] [keyfile-37] */
  @Test
  void aLowerCountOfUsesIsAConflictAndAHigherOneIsNot() throws IOException {
    byte[] before = content();
    try (KeyFile file = open();
        KeyFile other = open()) {
      DekWrap wrap = wraps(file.find("main"));
      wrap(wrap);
      wrap(wraps(other.find("main")));
      wrap(wrap);
      Files.write(path(), before);
      fails(Kind.CONFLICT, () -> wrap(wrap));
      fails(Kind.CONFLICT, file::list);
    }
  }

  /** Whoever is locked cannot tell whether what it reads is authentic. */
  @Test
  void whatIsReadWhileLockedIsNotRemembered() throws IOException {
    byte[] good = content();
    byte[] forged = good.clone();
    ByteBuffer.wrap(forged).putLong(REVISION, Long.MAX_VALUE);
    forged = Tampering.withChecksum(forged);
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
      Files.write(path(), forged);
      assertEquals(1, file.list().size());
      fails(Kind.CORRUPT, file::unlock);
      Files.write(path(), good);
      file.unlock();
      file.lock();
      Files.write(path(), forged);
      file.list();
      Files.write(path(), good);
      file.unlock();
      file.generate("other", KeyKind.UMK);
    }
    Files.write(path(), forged);
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
      Files.write(path(), good);
      file.unlock();
    }
  }

  /** The revision of a change that is under way is known after lock(). */
  @Test
  void lockingDuringAChangeForgetsNoRevision() throws Exception {
    byte[] before = content();
    try (KeyFile file =
        KeyFile.open(path(), CustodyOptions.defaults().withDeadline(Duration.ofMinutes(2)))) {
      file.unlock();
      duringAChange(file, KeyFile::lock);
      Files.write(path(), before);
      fails(Kind.CONFLICT, file::list);
      fails(Kind.CONFLICT, file::unlock);
    }
  }

  private void duringAChange(KeyFile file, Consumer<KeyFile> ending) throws Exception {
    Process holder = WriterProcess.start("hold");
    try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8)) {
      holder.outputWriter().append(path() + ".lock\n").flush();
      assertEquals("HELD", out.readLine());
      Thread change = new Thread(() -> file.generate("other", KeyKind.UMK));
      change.start();
      awaitState(change, Thread.State.TIMED_WAITING);
      Thread end = new Thread(() -> ending.accept(file));
      end.start();
      awaitState(end, Thread.State.WAITING);
      holder.toHandle().destroyForcibly();
      change.join();
      end.join();
    } finally {
      holder.destroyForcibly();
    }
  }

  private static void awaitState(Thread thread, Thread.State state) throws InterruptedException {
    while (thread.getState() != state) {
      assertTrue(thread.isAlive(), "ended without waiting");
      Thread.sleep(1);
    }
  }
}
