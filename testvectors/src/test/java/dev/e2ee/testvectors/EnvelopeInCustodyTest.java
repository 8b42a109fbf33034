package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import java.nio.file.Path;
import java.security.Key;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cipher over a UMK that lies in a real key file, opened by its URI. */
class EnvelopeInCustodyTest {
  private static final RecordContext CONTEXT = RecordContext.of("ann", "note", "42");
  private static final byte[] TEXT = "hello".getBytes(UTF_8);

  @TempDir Path directory;
  private KeyCustody keys;

  @BeforeEach
  void makeAKeyFile() {
    keys = newKeyFile("keys.e2ee");
    keys.generate("default", dev.e2ee.spi.key.KeyKind.UMK);
  }

  @AfterEach
  void close() {
    keys.close();
  }

  /** Made by its own type, then opened by its URI as an application does. */
  private KeyCustody newKeyFile(String name) {
    Path file = directory.resolve(name);
    KeyFile.create(file, NewSlot.raw(), CustodyOptions.defaults()).close();
    KeyCustody opened =
        Custodies.installed().open(CustodyUri.ofFile(file), CustodyOptions.defaults());
    opened.unlock();
    return opened;
  }

  private static byte[] cipher(int mode, Key key, byte[] in) throws Exception {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(mode, key, new EnvelopeParameterSpec(CONTEXT));
    return cipher.doFinal(in);
  }

  private static byte[] seal(Key key) throws Exception {
    return cipher(Cipher.ENCRYPT_MODE, key, TEXT);
  }

  private static byte[] open(Key key, byte[] envelope) throws Exception {
    return cipher(Cipher.DECRYPT_MODE, key, envelope);
  }

  @Test
  void sealsUnderTheGenerationThatIsPrimaryAndOpensAllThatAreNotRetired() throws Exception {
    CustodyKey first = keys.find("default");
    byte[] old = seal(first);
    CustodyKey second = keys.rotate("default");
    byte[] recent = seal(second);
    assertEquals(1, Envelope.inspect(old).generation());
    assertEquals(2, Envelope.inspect(recent).generation());
    assertEquals(second.id(), Envelope.inspect(recent).keyId());
    for (CustodyKey key : new CustodyKey[] {first, second}) {
      assertArrayEquals(TEXT, open(key, old));
      assertArrayEquals(TEXT, open(key, recent));
    }
    var notPrimary = assertThrows(CustodyException.class, () -> seal(first));
    assertEquals(Kind.POLICY, notPrimary.kind());

    byte[] moved;
    try (Envelope envelope = Envelope.with(second)) {
      moved = envelope.rewrap(old, second, CONTEXT);
    }
    int header = Envelope.inspect(old).headerLength();
    assertArrayEquals(
        Arrays.copyOfRange(old, header, old.length),
        Arrays.copyOfRange(moved, header, moved.length));
    keys.retire(first.id());
    assertArrayEquals(TEXT, open(second, moved));
    var retired = assertThrows(CustodyException.class, () -> open(second, old));
    assertEquals(Kind.POLICY, retired.kind());
  }

  @Test
  void refusesGenerationsBelowTheMinimum() throws Exception {
    byte[] old = seal(keys.find("default"));
    CustodyKey second = keys.rotate("default");
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    var spec = new EnvelopeParameterSpec(CONTEXT).withMinimumGeneration(2);
    cipher.init(Cipher.DECRYPT_MODE, second, spec);
    assertThrows(WrongKeyException.class, () -> cipher.doFinal(old));
    cipher.init(Cipher.DECRYPT_MODE, second, spec);
    assertArrayEquals(TEXT, cipher.doFinal(seal(second)));
  }

  @Test
  void tellsAnotherKeyFromTamperingAndFromAStoreThatIsLocked() throws Exception {
    CustodyKey key = keys.find("default");
    byte[] envelope = seal(key);
    CustodyKey other = keys.generate("other", dev.e2ee.spi.key.KeyKind.UMK);
    var wrongKey = assertThrows(WrongKeyException.class, () -> open(other, envelope));
    assertTrue(wrongKey.getMessage().contains(key.id().toString()), wrongKey.getMessage());
    keys.lock();
    var locked = assertThrows(CustodyException.class, () -> open(key, envelope));
    assertEquals(Kind.LOCKED, locked.kind());
    keys.unlock();
    assertArrayEquals(TEXT, open(key, envelope));
    keys.close();
    var closed = assertThrows(CustodyException.class, () -> open(key, envelope));
    assertEquals(Kind.CLOSED, closed.kind());
  }

  /** An application that kept a raw UMK moves into custody: what it sealed stays readable. */
  @Test
  void opensWithAnImportedKeyWhatTheRawKeySealed() throws Exception {
    byte[] raw = new byte[32];
    Arrays.fill(raw, (byte) 7);
    byte[] envelope = seal(UserMasterKey.of(raw));
    CustodyKey imported = keys.importKey("imported", SecretBytes.copyOf(raw));
    assertArrayEquals(TEXT, open(imported, envelope));
    assertArrayEquals(TEXT, open(UserMasterKey.of(raw), seal(imported)));
  }

  /** Another store is another URI and a rewrap. */
  @Test
  void movesIntoAnotherStore() throws Exception {
    byte[] envelope = seal(keys.find("default"));
    try (KeyCustody elsewhere = newKeyFile("elsewhere.e2ee");
        Envelope from = Envelope.with(keys.find("default"))) {
      CustodyKey target = elsewhere.generate("default", dev.e2ee.spi.key.KeyKind.UMK);
      byte[] moved = from.rewrap(envelope, target, CONTEXT);
      assertNotEquals(Envelope.inspect(envelope).keyId(), Envelope.inspect(moved).keyId());
      assertArrayEquals(TEXT, open(target, moved));
      assertThrows(WrongKeyException.class, () -> open(keys.find("default"), moved));
    }
  }

  /** Two processes of an application: one rotates, the other meets the new generation. */
  @Test
  void meetsAGenerationThatAnotherProcessMade() throws Exception {
    CustodyKey mine = keys.find("default");
    byte[] envelope;
    try (KeyCustody other =
        Custodies.installed()
            .open(CustodyUri.ofFile(directory.resolve("keys.e2ee")), CustodyOptions.defaults())) {
      other.unlock();
      envelope = seal(other.rotate("default"));
    }
    assertArrayEquals(TEXT, open(mine, envelope));
  }
}
