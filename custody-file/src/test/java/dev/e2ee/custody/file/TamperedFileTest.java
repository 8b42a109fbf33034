package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every byte of a key file matters: what is changed or cut is refused, with a kind that fits. */
class TamperedFileTest {
  private static final int SLOT_KEY_SLOT = 16 + 8 + 16 + 2;

  @TempDir Path directory;
  private Path path;
  private byte[] good;
  private int passphraseSlotStart;
  private int passphraseSlotEnd;

  @BeforeEach
  void makeFile() throws IOException {
    path = directory.resolve("keys");
    try (KeyFile file = KeyFile.create(path, NewSlot.raw(), CustodyOptions.defaults())) {
      int before = Files.readAllBytes(path).length;
      try (SecretBytes passphrase = Passphrase.of("pass".toCharArray())) {
        file.addSlot(NewSlot.passphrase(passphrase, WriterProcess.FLOOR));
      }
      int after = Files.readAllBytes(path).length;
      file.generate("main", KeyKind.UMK);
      file.rotate("main");
      passphraseSlotStart = before - 38;
      passphraseSlotEnd = passphraseSlotStart + after - before;
    }
    good = Files.readAllBytes(path);
  }

  private CustodyException refusedAtOpen(byte[] content) throws IOException {
    Files.write(path, content);
    return assertThrows(
        CustodyException.class, () -> KeyFile.open(path, CustodyOptions.defaults()));
  }

  /** [keyfile-3] [keyfile-4] */
  @Test
  void aFlippedBitIsATornFile() throws IOException {
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] changed = Tampering.flipped(good, bit);
      CustodyException error =
          assertThrows(CustodyException.class, () -> KeyFileFormat.parse(changed));
      assertEquals(Kind.CORRUPT, error.kind());
      assertTrue(error.getMessage().contains("torn"), error.getMessage());
    }
    assertEquals(Kind.CORRUPT, refusedAtOpen(Tampering.flipped(good, 999)).kind());
  }

  /** [keyfile-3] */
  @Test
  void aCutFileIsTornAtEveryLength() throws IOException {
    for (int length = 0; length < good.length; length++) {
      CustodyException error = refusedAtOpen(Tampering.cut(good, length));
      assertEquals(Kind.CORRUPT, error.kind());
      assertTrue(error.getMessage().contains("torn"), error.getMessage());
    }
    assertEquals(Kind.CORRUPT, refusedAtOpen(Tampering.cut(good, good.length + 1)).kind());
  }

  /** [keyfile-6] [keyfile-22] */
  @Test
  void aCutFileWithRightLengthAndChecksumIsAltered() {
    for (int length = 0; length < good.length; length++) {
      byte[] changed = Tampering.withFrame(Tampering.cut(good, length));
      CustodyException error =
          assertThrows(CustodyException.class, () -> KeyFileFormat.parse(changed));
      assertTrue(EnumSet.of(Kind.CORRUPT, Kind.POLICY).contains(error.kind()), error.getMessage());
    }
  }

  /** [keyfile-22] */
  @Test
  void everyByteIsAuthenticatedUnderTheSlotKey() throws IOException {
    for (int at = 0; at < good.length - 4; at++) {
      byte[] changed = Tampering.withChecksum(Tampering.flipped(good, 8 * at + at % 8));
      Files.write(path, changed);
      CustodyException error =
          assertThrows(CustodyException.class, TamperedFileTest.this::openAndUnlock, "byte " + at);
      assertTrue(refusals(at).contains(error.kind()), at + ": " + error.getMessage());
    }
  }

  private Set<Kind> refusals(int at) {
    if (at == 9 || at == 8) {
      return EnumSet.of(Kind.UNSUPPORTED);
    }
    if (at >= SLOT_KEY_SLOT && at < SLOT_KEY_SLOT + 17) {
      // With another type or id it is not the slot that the slot key is for.
      return EnumSet.of(Kind.CORRUPT, Kind.LOCKED, Kind.AUTH_FAILED);
    }
    return at >= passphraseSlotStart && at < passphraseSlotEnd
        ? EnumSet.of(Kind.CORRUPT, Kind.POLICY)
        : EnumSet.of(Kind.CORRUPT);
  }

  private void openAndUnlock() {
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      file.unlock();
    }
  }

  /** [keyfile-20] [keyfile-21] */
  @Tag("once")
  @Test
  void everyByteOfAPassphraseSlotMatters() throws IOException {
    for (int at = passphraseSlotStart; at < passphraseSlotEnd; at++) {
      Files.write(path, Tampering.withChecksum(Tampering.flipped(good, 8 * at + at % 8)));
      CustodyException error =
          assertThrows(CustodyException.class, this::openAndUnlockByPassphrase, "byte " + at);
      assertTrue(
          EnumSet.of(Kind.CORRUPT, Kind.AUTH_FAILED, Kind.POLICY, Kind.LOCKED)
              .contains(error.kind()),
          error.getMessage());
    }
    Files.write(path, good);
    openAndUnlockByPassphrase();
  }

  private void openAndUnlockByPassphrase() {
    var options = CustodyOptions.defaults().withCallbackHandler(Passphrases.of("pass"));
    try (KeyFile file = KeyFile.open(path, options, Optional.of("callback:"), Optional.empty())) {
      file.unlock();
    }
  }

  @Test
  void randomDamageGivesNothingButOurErrors() {
    long seed = System.nanoTime();
    System.out.println(">> TamperedFileTest: seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = good.clone();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      byte[] framed =
          Tampering.withFrame(Tampering.cut(changed, changed.length - random.nextInt(3)));
      try {
        KeyFileFormat.Parsed parsed = KeyFileFormat.parse(framed);
        assertArrayEquals(
            parsed.authenticated().copy(),
            KeyFileFormat.encode(parsed.document()),
            "one content has one encoding");
      } catch (CustodyException e) {
        assertTrue(
            EnumSet.of(Kind.CORRUPT, Kind.POLICY, Kind.UNSUPPORTED).contains(e.kind()),
            e.getMessage());
      }
    }
  }

  /** A file that is changed while it is open. */
  @Test
  void damageWhileOpenIsNoticedAtTheNextLook() throws IOException {
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      file.unlock();
      Files.write(path, Tampering.withChecksum(Tampering.flipped(good, 8 * 20)));
      fails(Kind.CORRUPT, () -> file.find("main"));
      fails(Kind.CORRUPT, () -> file.generate("other", KeyKind.UMK));
      assertTrue(file.health().detail().contains("CORRUPT"), file.health().detail());
      Files.write(path, good);
      file.find("main");
    }
  }

  /** [keyfile-35] */
  @Test
  void anOlderOrAnotherFileIsAConflict() throws IOException {
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      file.unlock();
      file.generate("newer", KeyKind.UMK);
      Files.write(path, good);
      CustodyException error = fails(Kind.CONFLICT, () -> file.find("main"));
      assertTrue(error.getMessage().contains("older"), error.getMessage());
      fails(Kind.CONFLICT, () -> file.generate("other", KeyKind.UMK));
      assertArrayEquals(good, Files.readAllBytes(path), "a refused change writes nothing");

      Path second = directory.resolve("second");
      KeyFile.create(second, NewSlot.raw(), CustodyOptions.defaults()).close();
      Files.write(path, Files.readAllBytes(second));
      fails(Kind.CONFLICT, file::list);
    }
  }
}
