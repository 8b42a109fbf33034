package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.CustodyKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Envelopes under a UMK that is two pairs of RSA in a token: wrapAlg 4, with real tokens. */
@Tag("once")
class OaepEnvelopeTest {
  private static final RecordContext CONTEXT = RecordContext.of("ann", "note", "1");
  private static final byte[] TEXT = "Penicillin".getBytes(StandardCharsets.UTF_8);
  private static final int FIXED = 31;
  private static final int BOX = 60;

  private FaultyModule module;

  private static Cipher cipher(int mode, Key key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(mode, key, new EnvelopeParameterSpec(CONTEXT));
    return cipher;
  }

  private static byte[] seal(Key key, byte[] text) throws GeneralSecurityException {
    return cipher(Cipher.ENCRYPT_MODE, key).doFinal(text);
  }

  private static byte[] open(Key key, byte[] envelope) throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, key).doFinal(envelope);
  }

  private static void refused(Kind kind, Key key, byte[] envelope) {
    CustodyException e = assertThrows(CustodyException.class, () -> open(key, envelope));
    assertEquals(kind, e.kind(), e.getMessage());
  }

  private static void notAuthentic(String what, Key key, byte[] envelope) {
    Exception e = assertThrows(AEADBadTagException.class, () -> open(key, envelope), what);
    assertEquals(AEADBadTagException.class, e.getClass(), what);
  }

  @ParameterizedTest
  @CsvSource({
    "NSS, OAEP_3072, 891",
    "OPENCRYPTOKI, OAEP_3072, 891",
    "OPENCRYPTOKI, OAEP_2048, 635",
    "TPM2, OAEP_3072, 891",
    "TPM2, OAEP_2048, 635"
  })
  void bothSuitesAndAllGenerations(RealToken kind, KeyUse use, int header) throws Exception {
    // [envelope-6] [envelope-7]
    byte[] large = new byte[300_000];
    Arrays.fill(large, (byte) 7);
    try (Pkcs11Custody custody = Opened.unlocked(kind.make().uri())) {
      CustodyKey first = custody.generate("records", use);
      byte[] small = seal(first, TEXT);
      byte[] chunked = seal(first, large);
      for (byte[] sealed : new byte[][] {small, chunked}) {
        EnvelopeInfo info = Envelope.inspect(sealed);
        assertEquals(4, info.wrapAlg());
        assertEquals(header, info.headerLength());
        assertEquals(first.id(), info.keyId());
      }
      CustodyKey second = custody.rotate("records");
      assertArrayEquals(TEXT, open(second, small));
      assertArrayEquals(large, open(second, chunked));
      byte[] moved;
      try (Envelope envelope = Envelope.with(second)) {
        moved = envelope.rewrap(small, second, CONTEXT);
      }
      assertEquals(small.length, moved.length);
      custody.retire(first.id());
      refused(Kind.POLICY, second, small);
      assertArrayEquals(TEXT, open(second, moved));
    }
  }

  /** The parts of a header, by where each has a byte to change. */
  private static Map<String, Integer> parts(int header) {
    int modulus = (header - 63 - BOX) / 2;
    int box = FIXED + modulus;
    int signature = box + BOX;
    Map<String, Integer> parts = new LinkedHashMap<>();
    parts.put("first byte of the block", FIXED);
    parts.put("last byte of the block", box - 1);
    parts.put("nonce", box);
    parts.put("wrapped DEK", box + 12);
    parts.put("tag", signature - 1);
    parts.put("first byte of the signature", signature);
    parts.put("last byte of the signature", signature + modulus - 1);
    parts.put("commitment", header - 1);
    parts.put("body", header + 20);
    return parts;
  }

  @ParameterizedTest
  @CsvSource({
    "NSS, OAEP_3072",
    "OPENCRYPTOKI, OAEP_3072",
    "OPENCRYPTOKI, OAEP_2048",
    "TPM2, OAEP_2048"
  })
  void whatIsChangedIsNotAuthentic(RealToken kind, KeyUse use) throws Exception {
    // [envelope-29] [token-22]
    try (Pkcs11Custody custody = Opened.unlocked(kind.make().uri())) {
      CustodyKey key = custody.generate("records", use);
      byte[] sealed = seal(key, TEXT);
      byte[] other = seal(key, TEXT);
      Map<String, Integer> parts = parts(Envelope.inspect(sealed).headerLength());
      for (var part : parts.entrySet()) {
        byte[] changed = sealed.clone();
        changed[part.getValue()] ^= 1;
        notAuthentic(part.getKey(), key, changed);
      }
      int header = Envelope.inspect(sealed).headerLength();
      byte[] otherWrap = sealed.clone();
      System.arraycopy(other, FIXED, otherWrap, FIXED, header - FIXED - 32);
      notAuthentic("the wrap of another envelope of the record", key, otherWrap);
      assertArrayEquals(TEXT, open(key, sealed));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENCRYPTOKI", "TPM2"})
  void aSickTokenIsNotTampering(RealToken kind) throws Exception {
    // [envelope-31] [token-10] [token-22]
    try (Pkcs11Custody custody = faulty(kind)) {
      CustodyKey key = custody.generate("records", KeyUse.OAEP_2048);
      byte[] sealed = seal(key, TEXT);
      byte[] changed = sealed.clone();
      changed[FIXED] ^= 1;
      int before = module.calls("C_Decrypt");
      notAuthentic("changed", key, changed);
      assertEquals(before, module.calls("C_Decrypt"), "nothing is decrypted that was not signed");
      module.fail("C_Decrypt", Ckr.FUNCTION_FAILED, Integer.MAX_VALUE);
      refused(Kind.TRANSIENT, key, sealed);
      refused(Kind.TRANSIENT, key, changed); // the key does not answer its check now [token-9]
      module.heal();
      assertArrayEquals(TEXT, open(key, sealed));
      module.fail("C_Decrypt", Ckr.ENCRYPTED_DATA_INVALID, 1);
      assertArrayEquals(TEXT, open(key, sealed), "refused once, not twice");
      module.fail("C_Decrypt", Ckr.ENCRYPTED_DATA_INVALID, Integer.MAX_VALUE);
      refused(Kind.CORRUPT, key, sealed);
      module.heal();
      module.fail("C_Sign", Ckr.FUNCTION_FAILED, Integer.MAX_VALUE);
      CustodyException e = assertThrows(CustodyException.class, () -> seal(key, TEXT));
      assertEquals(Kind.TRANSIENT, e.kind(), e.getMessage());
      module.heal();
      assertArrayEquals(TEXT, open(key, seal(key, TEXT)));
      module.spoilSignatures(1);
      e = assertThrows(CustodyException.class, () -> seal(key, TEXT));
      assertEquals(Kind.TRANSIENT, e.kind(), "no envelope with a signature that does not verify");
      assertArrayEquals(TEXT, open(key, sealed));
    }
  }

  private Pkcs11Custody faulty(RealToken kind) throws Exception {
    Pkcs11Custody custody =
        Opened.faulty(kind.make().uri(), Opened.giving(RealToken.PIN), made -> module = made);
    custody.unlock();
    return custody;
  }

  @Test
  void aTpmThatWasKilledIsNotTampering() throws Exception {
    // [envelope-31]
    RealToken.Made token = RealToken.TPM2.make();
    TokenServer tpm = token.server().orElseThrow();
    byte[] sealed;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      CustodyKey key = custody.generate("records", KeyUse.OAEP_2048);
      sealed = seal(key, TEXT);
      tpm.kill();
      assertThrows(CustodyException.class, () -> open(key, sealed));
      byte[] changed = sealed.clone();
      changed[FIXED] ^= 1;
      assertThrows(CustodyException.class, () -> open(key, changed), "its public half is not read");
    } finally {
      tpm.startAgain();
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      assertArrayEquals(TEXT, open(custody.find("records"), sealed));
    }
  }

  @Test
  void aHeaderOfAnotherLengthOrWayIsNotThisKeys() throws Exception {
    // [envelope-56]
    try (Pkcs11Custody custody = faulty(RealToken.OPENCRYPTOKI)) {
      CustodyKey shorter = custody.generate("shorter", KeyUse.OAEP_2048);
      CustodyKey longer = custody.generate("longer", KeyUse.OAEP_3072);
      CustodyKey hmac = custody.generate("hmac", KeyUse.HMAC);
      CustodyKey[] keys = {shorter, longer, hmac};
      for (CustodyKey sealer : keys) {
        byte[] sealed = seal(sealer, TEXT);
        for (CustodyKey opener : keys) {
          if (!opener.equals(sealer)) {
            byte[] renamed = sealed.clone();
            System.arraycopy(opener.id().toBytes(), 0, renamed, 12, 16);
            int before = uses();
            assertTrue(before > 0);
            assertThrows(WrongKeyException.class, () -> open(opener, renamed));
            assertEquals(before, uses());
          }
        }
      }
    }
  }

  private int uses() {
    return module.calls("C_Decrypt") + module.calls("C_Sign");
  }

  @Test
  void fromMemoryToATpmAndBack() throws Exception {
    // [envelope-33] [envelope-63]
    try (Pkcs11Custody custody = Opened.unlocked(RealToken.TPM2.make().uri());
        UserMasterKey memory = UserMasterKey.of(new byte[32])) {
      CustodyKey tpm = custody.generate("records", KeyUse.OAEP_2048);
      byte[] sealed = seal(memory, TEXT);
      try (Envelope from = Envelope.with(memory);
          Envelope back = Envelope.with(tpm)) {
        byte[] moved = from.rewrap(sealed, tpm, CONTEXT);
        assertEquals(635, Envelope.inspect(moved).headerLength());
        assertArrayEquals(body(sealed), body(moved));
        assertArrayEquals(TEXT, open(tpm, moved));
        assertThrows(WrongKeyException.class, () -> open(memory, moved));
        byte[] home = back.rewrap(moved, memory, CONTEXT);
        assertEquals(sealed.length, home.length);
        assertArrayEquals(TEXT, open(memory, home));
      }
    }
  }

  private static byte[] body(byte[] envelope) throws GeneralSecurityException {
    int header = Envelope.inspect(envelope).headerLength();
    return Arrays.copyOfRange(envelope, header, envelope.length);
  }
}
