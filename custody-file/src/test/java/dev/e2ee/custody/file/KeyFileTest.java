package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What every back end owes, on a key file. */
class KeyFileTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys.e2ee");
  }

  private KeyFile create() {
    return KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults());
  }

  private static DekWrap wraps(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  static CustodyException fails(Kind kind, Executable work) {
    CustodyException error = assertThrows(CustodyException.class, work);
    assertEquals(kind, error.kind(), error.getMessage());
    return error;
  }

  static SecretBytes dek(int seed) {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) seed);
    return SecretBytes.adopt(bytes);
  }

  @Test
  void wrapsAndUnwrapsAcrossReopening() {
    byte[] wrapped;
    KeyId id;
    try (KeyFile file = create()) {
      CustodyKey key = file.generate("main", KeyKind.UMK);
      id = key.id();
      wrapped = wraps(key).wrap(dek(7), new byte[] {1, 2});
      assertEquals(60, wrapped.length);
      assertEquals(60, wraps(key).wrappedLength());
      assertEquals(1, wraps(key).wrapAlg());
    }
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
      fails(Kind.LOCKED, () -> file.find("main"));
      file.unlock();
      CustodyKey key = file.find("main");
      assertEquals(id, key.id());
      assertEquals("E2EE-UMK", key.getAlgorithm());
      assertNull(key.getEncoded());
      assertTrue(wraps(key).unwrap(wrapped, new byte[] {1, 2}).sameBytes(dek(7)));
    }
  }

  @Test
  void refusesEveryChangedBitAndOtherAads() {
    try (KeyFile file = create()) {
      DekWrap wrap = wraps(file.generate("main", KeyKind.UMK));
      byte[] aad = {5};
      byte[] wrapped = wrap.wrap(dek(1), aad);
      fails(Kind.INTEGRITY, () -> wrap.unwrap(wrapped, new byte[0]));
      fails(Kind.INTEGRITY, () -> wrap.unwrap(wrapped, new byte[] {5, 0}));
      for (int bit = 0; bit < 8 * wrapped.length; bit++) {
        byte[] changed = wrapped.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        fails(Kind.INTEGRITY, () -> wrap.unwrap(changed, aad));
      }
      for (int length = 0; length < 60; length++) {
        byte[] cut = java.util.Arrays.copyOf(wrapped, length);
        fails(Kind.INTEGRITY, () -> wrap.unwrap(cut, aad));
      }
      fails(Kind.INTEGRITY, () -> wrap.unwrap(java.util.Arrays.copyOf(wrapped, 61), aad));
      fails(Kind.POLICY, () -> wrap.wrap(SecretBytes.adopt(new byte[31]), aad));
      DekWrap other = wraps(file.generate("other", KeyKind.UMK));
      fails(Kind.INTEGRITY, () -> other.unwrap(wrapped, aad));
    }
  }

  /** [keyfile-16] [keyfile-36] */
  @Test
  void rotatesAndRetires() {
    try (KeyFile file = create()) {
      CustodyKey first = file.generate("main", KeyKind.UMK);
      byte[] wrapped = wraps(first).wrap(dek(1), new byte[0]);
      CustodyKey second = file.rotate("main");
      assertEquals(2, second.description().generation());
      assertEquals(KeyState.OLD, first.description().state());
      assertEquals(KeyState.PRIMARY, second.description().state());
      assertEquals(second.id(), file.find("main").id());
      fails(Kind.POLICY, () -> wraps(first).wrap(dek(1), new byte[0]));
      assertTrue(wraps(first).unwrap(wrapped, new byte[0]).sameBytes(dek(1)));
      assertEquals(first.id(), second.generation(first.id()).id());
      fails(Kind.POLICY, () -> file.retire(second.id()));
      file.retire(first.id());
      file.retire(first.id());
      fails(Kind.POLICY, () -> wraps(first).unwrap(wrapped, new byte[0]));
      fails(Kind.MISSING, () -> file.rotate("none"));
      CustodyKey other = file.generate("other", KeyKind.UMK);
      fails(Kind.MISSING, () -> other.generation(first.id()));
      assertEquals(
          List.of("main 1 RETIRED", "main 2 PRIMARY", "other 1 PRIMARY"),
          file.list().stream().map(KeyFileTest::line).toList());
    }
  }

  private static String line(KeyDescription key) {
    return key.name() + " " + key.generation() + " " + key.state();
  }

  @Test
  void importsUnderTheIdOfTheRawKeyAndExportsWithReason() {
    try (KeyFile file = create()) {
      CustodyKey key = file.importKey("in", dek(9));
      // Computed with node: HMAC-SHA-256(09…09, "e2ee-key-id-v1" || 01), first 16 bytes.
      assertEquals(RAW_ID_OF_NINES, key.id().toString());
      fails(Kind.CONFLICT, () -> file.importKey("in", dek(8)));
      fails(Kind.CONFLICT, () -> file.importKey("again", dek(9)));
      fails(Kind.POLICY, () -> file.importKey("short", SecretBytes.adopt(new byte[16])));
      try (SecretBytes out = file.export(key.id(), "test")) {
        assertTrue(out.sameBytes(dek(9)));
      }
      fails(Kind.POLICY, () -> file.export(key.id(), " "));
      fails(Kind.POLICY, () -> file.export(key.id(), "x".repeat(257)));
      fails(Kind.MISSING, () -> file.export(KeyId.of(new byte[16]), "test"));
    }
  }

  private static final String RAW_ID_OF_NINES = "886d0cbeff731baac7a9dad4b09e068a";

  @Test
  void refusesKindsAndNamesThatAFileCannotHold() {
    try (KeyFile file = create()) {
      for (KeyKind kind : EnumSet.complementOf(EnumSet.of(KeyKind.UMK))) {
        fails(Kind.UNSUPPORTED, () -> file.generate("key", kind));
      }
      for (String name : List.of("", "x".repeat(65), "a b", "a/b", "ä", "a\n")) {
        fails(Kind.POLICY, () -> file.generate(name, KeyKind.UMK));
      }
      file.generate("A-z_0.9", KeyKind.UMK);
      fails(Kind.CONFLICT, () -> file.generate("A-z_0.9", KeyKind.UMK));
      fails(Kind.MISSING, () -> file.find("nothing"));
      fails(Kind.MISSING, () -> file.find(KeyId.of(new byte[16])));
      assertEquals(1, file.list().size(), "a failed look-up makes no key");
    }
  }

  @Test
  void handlesAnswerLockedAndClosed() {
    KeyFile file = create();
    CustodyKey key = file.generate("main", KeyKind.UMK);
    byte[] wrapped = wraps(key).wrap(dek(1), new byte[0]);
    file.lock();
    fails(Kind.LOCKED, () -> wraps(key).wrap(dek(1), new byte[0]));
    fails(Kind.LOCKED, () -> wraps(key).unwrap(wrapped, new byte[0]));
    fails(Kind.LOCKED, () -> file.generate("other", KeyKind.UMK));
    fails(Kind.LOCKED, () -> file.find("nothing"));
    assertEquals(Status.LOCKED, file.health().status());
    assertEquals(1, file.list().size());
    assertEquals("main", key.description().name());
    file.unlock();
    assertEquals(Status.READY, file.health().status());
    assertTrue(wraps(key).unwrap(wrapped, new byte[0]).sameBytes(dek(1)));
    file.close();
    file.close();
    fails(Kind.CLOSED, () -> wraps(key).wrap(dek(1), new byte[0]));
    fails(Kind.CLOSED, file::list);
    fails(Kind.CLOSED, file::unlock);
    fails(Kind.CLOSED, file::lock);
    fails(Kind.CLOSED, () -> file.find("main"));
    fails(Kind.CLOSED, file::capabilities);
    assertEquals(Status.UNAVAILABLE, file.health().status());
    assertFalse(key.toString().isEmpty());
  }

  @Test
  void tellsWhatItIsAndCan() {
    try (KeyFile file = create()) {
      assertEquals("file", file.info().scheme());
      assertEquals("file:" + path(), file.info().location());
      assertTrue(file.info().persistsUses());
      assertEquals(
          EnumSet.of(
              Capability.DEK_WRAP, Capability.GENERATE, Capability.IMPORT, Capability.EXPORT),
          file.capabilities());
      CustodyKey key = file.generate("main", KeyKind.UMK);
      assertTrue(key.operation(EcdhAgreement.class).isEmpty());
      assertThrows(
          NotSerializableException.class,
          () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key));
    }
  }

  /** [keyfile-33] */
  @Test
  void overwritesNothing() throws IOException {
    create().close();
    byte[] before = Files.readAllBytes(path());
    fails(Kind.CONFLICT, this::create);
    assertArrayEquals(before, Files.readAllBytes(path()));
    try (var names = Files.list(directory)) {
      assertEquals(3, names.count(), "key file, lock and the first slot key");
    }
    fails(
        Kind.MISSING,
        () ->
            KeyFile.create(
                directory.resolve("none/keys"), NewSlot.raw(), CustodyOptions.defaults()));
    fails(Kind.MISSING, () -> KeyFile.open(directory.resolve("no"), CustodyOptions.defaults()));
    fails(Kind.DENIED, () -> KeyFile.open(directory, CustodyOptions.defaults()));
  }
}
