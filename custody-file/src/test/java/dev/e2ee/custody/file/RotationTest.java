package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rotation that was cut off between its two writes: [keyfile-36]. */
class RotationTest {
  @TempDir Path directory;

  @Test
  void theNextRotationFinishesIt() throws IOException {
    Path path = directory.resolve("keys");
    KeyId first;
    KeyId second;
    try (KeyFile file = KeyFile.create(path, NewSlot.raw(), CustodyOptions.defaults())) {
      first = file.generate("main", KeyKind.UMK).id();
      second = file.rotate("main").id();
    }
    Tampering.edit(
        path,
        document -> {
          KeyRow old = document.key(first).orElseThrow();
          KeyRow next = document.key(second).orElseThrow();
          return document.with(old.in(KeyState.PRIMARY)).with(next.in(KeyState.PENDING));
        });
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults());
        SecretBytes dek = WriterProcess.dek()) {
      file.unlock();
      assertEquals(first, file.find("main").id());
      CustodyKey pending = file.find(second);
      DekWrap wrap = pending.operation(DekWrap.class).orElseThrow();
      fails(Kind.POLICY, () -> wrap.wrap(dek, new byte[0]));
      fails(Kind.POLICY, () -> wrap.unwrap(new byte[60], new byte[0]));
      fails(Kind.POLICY, () -> file.retire(second));
      assertTrue(file.health().detail().contains("rotate it again"), file.health().detail());

      assertEquals(second, file.rotate("main").id());
      assertEquals(2, file.list().size());
      assertEquals(KeyState.OLD, file.find(first).description().state());
      wrap.unwrap(wrap.wrap(dek, new byte[0]), new byte[0]).close();
    }
  }

  /** The last revision of all goes to the PENDING generation. */
  @Test
  void aRotationThatStopsHalfwaySaysThatTheFileChanged() throws IOException {
    Path path = directory.resolve("keys");
    try (KeyFile file = KeyFile.create(path, NewSlot.raw(), CustodyOptions.defaults())) {
      file.generate("main", KeyKind.UMK);
    }
    Tampering.edit(
        path,
        document ->
            new KeyFileDocument(
                Long.MAX_VALUE - 1, document.fileId(), document.slots(), document.keys()));
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      file.unlock();
      assertTrue(fails(Kind.EXHAUSTED, () -> file.rotate("main")).mayHaveTakenEffect());
      assertEquals(KeyState.PENDING, file.list().get(1).state());
      assertFalse(fails(Kind.EXHAUSTED, () -> file.rotate("main")).mayHaveTakenEffect());
    }
  }

  /** [keyfile-13] */
  @Test
  void thereAreAThousandGenerationsAtTheMost() throws IOException {
    Path path = directory.resolve("keys");
    try (KeyFile file = KeyFile.create(path, NewSlot.raw(), CustodyOptions.defaults())) {
      file.generate("main", KeyKind.UMK);
    }
    Tampering.edit(
        path,
        document -> {
          var full = document;
          KeyRow row = document.keys().get(0);
          for (int i = 1; i < 1024; i++) {
            byte[] id = new byte[16];
            id[0] = (byte) (i >> 8);
            id[1] = (byte) i;
            var identity = new KeyRow.Identity("key" + i, 1, KeyId.of(id), 0);
            full = full.with(new KeyRow(identity, row.state(), 0, row.box(), row.commitment()));
          }
          return full;
        });
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      file.unlock();
      assertEquals(1024, file.list().size());
      fails(Kind.EXHAUSTED, () -> file.generate("one-more", KeyKind.UMK));
      fails(Kind.EXHAUSTED, () -> file.rotate("main"));
      fails(Kind.CORRUPT, () -> file.export(file.find("key7").id(), "not its own box"));
    }
  }
}
