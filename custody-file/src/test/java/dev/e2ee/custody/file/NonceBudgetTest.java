package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At most 2^32 wraps under one key: [keyfile-37]. */
class NonceBudgetTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys");
  }

  private KeyId create() {
    try (KeyFile file = KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults())) {
      return file.generate("main", KeyKind.UMK).id();
    }
  }

  private KeyFile open() {
    return open(CustodyOptions.defaults());
  }

  private KeyFile open(CustodyOptions options) {
    KeyFile file = KeyFile.open(path(), options);
    file.unlock();
    return file;
  }

  private static DekWrap main(KeyFile file) {
    return file.find("main").operation(DekWrap.class).orElseThrow();
  }

  private static byte[] wrap(DekWrap wrap) {
    try (SecretBytes dek = WriterProcess.dek()) {
      return wrap.wrap(dek, new byte[0]);
    }
  }

  private void setUses(KeyId id, long uses) throws IOException {
    Tampering.edit(
        path(), document -> document.with(document.key(id).orElseThrow().withUses(uses)));
  }

  private long uses(KeyId id) throws IOException {
    var document = KeyFileFormat.parse(Files.readAllBytes(path())).document();
    return document.key(id).orElseThrow().uses();
  }

  private long revision() throws IOException {
    return KeyFileFormat.parse(Files.readAllBytes(path())).document().revision();
  }

  @Test
  void blocksAreReservedAheadAndGrowWithoutRaisingTheRevision() throws IOException {
    KeyId id = create();
    long revision = revision();
    assertEquals(1, uses(id), "the self-test");
    try (KeyFile file = open()) {
      DekWrap wrap = main(file);
      wrap(wrap);
      assertEquals(1 + 16, uses(id));
      for (int i = 1; i < 16; i++) {
        wrap(wrap);
      }
      assertEquals(1 + 16, uses(id));
      wrap(wrap);
      assertEquals(1 + 16 + 64, uses(id));
      for (int i = 0; i < 64; i++) {
        wrap(wrap);
      }
      assertEquals(1 + 16 + 64 + 256, uses(id));
      // A change by somebody who has seen this revision is still possible.
      file.generate("other", KeyKind.UMK);
    }
    assertEquals(revision + 1, revision());
    try (KeyFile file = open()) {
      wrap(main(file));
      assertEquals(1 + 16 + 64 + 256 + 16, uses(id), "what was reserved is not given back");
    }
  }

  @Test
  void twoWritersCountTogetherAndDisturbNoManager() throws IOException {
    KeyId id = create();
    try (KeyFile one = open();
        KeyFile two = open();
        KeyFile manager = open()) {
      wrap(main(one));
      wrap(main(two));
      assertEquals(1 + 16 + 16, uses(id));
      manager.generate("other", KeyKind.UMK);
      assertEquals(1 + 16 + 16, uses(id), "a change keeps the counts of others");
      fails(Kind.CONFLICT, () -> one.generate("third", KeyKind.UMK));
    }
  }

  @Test
  void endsAtTwoToTheThirtyTwo() throws IOException {
    KeyId id = create();
    setUses(id, (1L << 32) - 3);
    try (KeyFile file = open()) {
      DekWrap wrap = main(file);
      byte[] last = new byte[0];
      for (int i = 0; i < 3; i++) {
        last = wrap(wrap);
      }
      assertEquals(1L << 32, uses(id));
      assertTrue(
          fails(Kind.EXHAUSTED, () -> wrap(wrap)).getMessage().contains("rotate"), "what to do");
      wrap.unwrap(last, new byte[0]).close();
      CustodyKey next = file.rotate("main");
      wrap(next.operation(DekWrap.class).orElseThrow());
      wrap.unwrap(last, new byte[0]).close();
    }
  }

  @Test
  void warnsAtHalf() throws IOException {
    KeyId id = create();
    List<AuditRecord> audit = new CopyOnWriteArrayList<>();
    setUses(id, (1L << 31) - 20);
    try (KeyFile file = open(CustodyOptions.defaults().withAuditSink(audit::add))) {
      DekWrap wrap = main(file);
      wrap(wrap);
      assertFalse(file.health().detail().contains("2^31"), file.health().detail());
      for (int i = 0; i < 16; i++) {
        wrap(wrap);
      }
      assertTrue(file.health().detail().contains("2^31"), file.health().detail());
    }
    List<AuditRecord> warnings =
        audit.stream().filter(event -> event.operation().equals("nonce-budget")).toList();
    assertEquals(1, warnings.size());
    assertEquals(id, warnings.get(0).key().orElseThrow());
  }

  /** Somebody rotates: the next reservation sees it. */
  @Test
  void aReservationSeesTheFileAsItIs() throws IOException {
    create();
    try (KeyFile server = open();
        KeyFile manager = open()) {
      DekWrap wrap = main(server);
      for (int i = 0; i < 16; i++) {
        wrap(wrap);
      }
      manager.rotate("main");
      fails(Kind.POLICY, () -> wrap(wrap));
      wrap(main(server));
    }
  }
}
