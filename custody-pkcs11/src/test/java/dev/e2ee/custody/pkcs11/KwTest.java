package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** wrapAlg 3: AES-KW and a MAC in the token, where the URI asks for it. */
class KwTest {
  private static final byte[] AAD = {1, 2, 3};
  private static final int LENGTH = 72;
  private static final long WRAP = 0x106;
  private static final long UNWRAP = 0x107;

  private final SecretBytes dek = SecretBytes.adopt(filled(32));
  private FaultyModule module = null;

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 7 + 1);
    }
    return bytes;
  }

  @AfterEach
  void wipe() {
    dek.close();
  }

  private static CustodyUri asking(RealToken.Made token, String wrap) {
    return token.uri().withQuery("wrap", wrap);
  }

  private static DekWrap wrap(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static CustodyException refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
    return e;
  }

  private static KeyId macId(KeyId id) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    hash.update("e2ee-token-mac-v1\0".getBytes(StandardCharsets.US_ASCII));
    return KeyId.of(Arrays.copyOf(hash.digest(id.toBytes()), KeyId.LENGTH));
  }

  private Pkcs11Custody faulty(RealToken.Made token) {
    Pkcs11Custody custody =
        Opened.faulty(asking(token, "kw"), Opened.giving(RealToken.PIN), made -> module = made);
    custody.unlock();
    return custody;
  }

  @ParameterizedTest
  @CsvSource({"SOFTHSM, ipkcs11wrapper", "SOFTHSM, sun", "NSS, ipkcs11wrapper"})
  void wrapsAndRefusesWhatIsNotAuthentic(RealToken kind, String binding) throws Exception {
    // [token-26]
    RealToken.Made token = kind.make();
    CustodyUri uri = asking(token, "kw").withQuery("binding", binding);
    KeyId id;
    byte[] first;
    try (Pkcs11Custody custody = Opened.unlocked(uri)) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      id = key.id();
      first = wrap(key).wrap(dek, AAD);
      assertEquals(LENGTH, first.length);
      assertEquals(LENGTH, wrap(key).wrappedLength());
      assertEquals(3, wrap(key).wrapAlg());
      assertArrayEquals(first, wrap(key).wrap(dek, AAD), "it draws nothing");
    }
    try (Pkcs11Custody custody = Opened.unlocked(uri)) {
      DekWrap umk = wrap(custody.find("records"));
      try (SecretBytes back = umk.unwrap(first, AAD)) {
        assertTrue(back.sameBytes(dek));
      }
      for (int at = 0; at < LENGTH; at++) {
        byte[] changed = first.clone();
        changed[at] ^= 1;
        refused(Kind.INTEGRITY, () -> umk.unwrap(changed, AAD).close());
      }
      refused(Kind.INTEGRITY, () -> umk.unwrap(first, new byte[0]).close());
      refused(Kind.INTEGRITY, () -> umk.unwrap(Arrays.copyOf(first, LENGTH - 1), AAD).close());
      CustodyKey next = custody.rotate("records");
      assertEquals(3, wrap(next).wrapAlg(), "rotation keeps the use");
      refused(Kind.INTEGRITY, () -> wrap(next).unwrap(first, AAD).close());
      assertEquals(id, next.generation(id).id());
    }
  }

  @Test
  void sealsAndOpensEnvelopes() throws Exception {
    RecordContext context = RecordContext.of("ann", "note", "1");
    try (Pkcs11Custody custody = Opened.unlocked(asking(RealToken.SOFTHSM.make(), "kw"))) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      try (Envelope envelope = Envelope.with(key, new E2eeProvider())) {
        byte[] sealed = envelope.seal(new byte[] {1, 2}, context);
        assertArrayEquals(new byte[] {1, 2}, envelope.open(sealed, context));
        assertEquals(3, sealed[28]);
      }
    }
  }

  @Test
  void theUriNamesWhatNewKeysAre() throws Exception {
    // [token-11]
    RealToken.Made token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      assertEquals(1, wrap(custody.generate("first", KeyKind.UMK)).wrapAlg());
    }
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "hmac"))) {
      assertEquals(2, wrap(custody.generate("second", KeyKind.UMK)).wrapAlg());
      assertEquals(1, wrap(custody.rotate("first")).wrapAlg(), "keys stay what they are");
    }
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "oaep-2048"))) {
      CustodyException e = refused(Kind.UNSUPPORTED, () -> custody.generate("third", KeyKind.UMK));
      assertTrue(String.valueOf(e.getMessage()).contains("wrap=oaep-2048"), e.getMessage());
      assertEquals(3, custody.list().size());
    }
    for (String none : new String[] {"ecdh", "GCM", "aes"}) {
      CustodyException e =
          refused(Kind.UNSUPPORTED, () -> Opened.unlocked(asking(token, none)).close());
      assertTrue(String.valueOf(e.getMessage()).contains("oaep-2048, kw"), e.getMessage());
    }
  }

  @Test
  void bothKeysStayAndDoOneThingEach() throws Exception {
    // [token-24]
    RealToken.Made token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "kw"));
        RawToken raw = new RawToken(token)) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      long umk = raw.find(attribute(RawToken.ID, key.id().toBytes()))[0];
      long mac = raw.find(attribute(RawToken.ID, macId(key.id()).toBytes()))[0];
      assertEquals("e2ee-mac:1:" + key.id(), raw.read(mac, RawToken.LABEL));
      assertEquals(true, raw.read(umk, WRAP));
      assertEquals(true, raw.read(umk, UNWRAP));
      assertEquals(false, raw.read(umk, RawToken.SIGN));
      assertEquals(false, raw.read(mac, WRAP));
      assertEquals(false, raw.read(mac, UNWRAP));
      assertEquals(true, raw.read(mac, RawToken.SIGN));
      for (long object : new long[] {umk, mac}) {
        assertEquals(true, raw.read(object, RawToken.PRIVATE));
        assertEquals(true, raw.read(object, RawToken.ALWAYS_SENSITIVE));
        assertEquals(true, raw.read(object, RawToken.NEVER_EXTRACTABLE));
      }
    }
  }

  @Test
  void anExchangedKeyOfEitherKindIsNotUsed() throws Exception {
    // [token-25]
    RealToken.Made token = RealToken.SOFTHSM.make();
    byte[] wrapped;
    KeyId mine;
    KeyId others;
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "kw"));
        RawToken raw = new RawToken(token)) {
      mine = custody.generate("records", KeyKind.UMK).id();
      others = custody.generate("other", KeyKind.UMK).id();
      wrapped = wrap(custody.find(mine)).wrap(dek, AAD);
      String label = "e2ee-mac:1:" + mine;
      swap(raw, macId(mine), macId(others), label);
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      refused(Kind.CORRUPT, () -> wrap(custody.find(mine)).unwrap(wrapped, AAD).close());
      try (RawToken raw = new RawToken(token)) {
        swap(raw, macId(mine), macId(others), "e2ee-mac:1:" + mine);
      }
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri());
        RawToken raw = new RawToken(token)) {
      wrap(custody.find(mine)).unwrap(wrapped, AAD).close();
      String label = String.valueOf(raw.read(one(raw, mine), RawToken.LABEL));
      swap(raw, mine, others, label);
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      refused(Kind.CORRUPT, () -> wrap(custody.find(mine)).unwrap(wrapped, AAD).close());
    }
  }

  private static long one(RawToken raw, KeyId id) throws Exception {
    long[] found = raw.find(attribute(RawToken.ID, id.toBytes()));
    assertEquals(1, found.length);
    return found[0];
  }

  /** Another object gets the id and label of one, which gets the other's id. */
  private static void swap(RawToken raw, KeyId one, KeyId other, String label) throws Exception {
    long first = one(raw, one);
    long second = one(raw, other);
    String secondLabel = String.valueOf(raw.read(second, RawToken.LABEL));
    raw.write(first, attribute(RawToken.ID, new byte[] {9}));
    raw.write(second, attribute(RawToken.ID, one.toBytes()), attribute(RawToken.LABEL, label));
    raw.write(
        first, attribute(RawToken.ID, other.toBytes()), attribute(RawToken.LABEL, secondLabel));
  }

  @Test
  void theTokenUnwrapsNothingThatItHasNotWrapped() throws Exception {
    // [token-26] [token-10]
    try (Pkcs11Custody custody = faulty(RealToken.SOFTHSM.make())) {
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      byte[] wrapped = umk.wrap(dek, AAD);
      byte[] changed = wrapped.clone();
      changed[3] ^= 1;
      int before = module.calls("C_UnwrapKey");
      refused(Kind.INTEGRITY, () -> umk.unwrap(changed, AAD).close());
      assertEquals(before, module.calls("C_UnwrapKey"));
      module.fail("C_UnwrapKey", Ckr.ENCRYPTED_DATA_INVALID, Integer.MAX_VALUE);
      refused(Kind.TRANSIENT, () -> umk.unwrap(wrapped, AAD).close());
      module.heal();
      module.spoilSignatures(1);
      umk.unwrap(wrapped, AAD).close();
      umk.unwrap(wrapped, AAD).close();
    }
  }

  @Test
  void noDekStaysInTheTokenNorInMemory() throws Exception {
    // [token-27]
    RealToken.Made token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody = faulty(token);
        RawToken raw = new RawToken(token)) {
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      int objects = raw.find().length;
      byte[] wrapped = umk.wrap(dek, AAD);
      umk.unwrap(wrapped, AAD).close();
      for (byte[] value : module.values()) {
        assertArrayEquals(new byte[value.length], value);
      }
      assertFalse(module.values().isEmpty());
      module.fail("C_WrapKey", Ckr.KEY_FUNCTION_NOT_PERMITTED, 1);
      refused(Kind.DENIED, () -> umk.wrap(dek, AAD));
      module.before("C_UnwrapKey", () -> module.fail("C_GetAttributeValue", Ckr.DATA_INVALID, 1));
      refused(Kind.UNSUPPORTED, () -> umk.unwrap(wrapped, AAD).close());
      assertEquals(objects, raw.find().length);
      int sessions = module.calls("C_CloseSession");
      module.fail("C_DestroyObject", Ckr.DATA_INVALID, 1);
      assertArrayEquals(wrapped, umk.wrap(dek, AAD), "in another session");
      assertEquals(sessions + 1, module.calls("C_CloseSession"));
      assertEquals(objects, raw.find().length, "it ended with its session");
      umk.unwrap(wrapped, AAD).close();
    }
  }

  @Test
  void aKeyWrapThatLiesIsNotUsed() throws Exception {
    // [token-11]
    try (Pkcs11Custody custody = faulty(RealToken.SOFTHSM.make())) {
      module.lie("C_WrapKey", Integer.MAX_VALUE, wrapped -> new byte[wrapped.length]);
      refused(Kind.TRANSIENT, () -> custody.generate("zeros", KeyKind.UMK));
      module.heal();
      module.lie("C_WrapKey", Integer.MAX_VALUE, wrapped -> Arrays.copyOf(wrapped, 48));
      refused(Kind.UNSUPPORTED, () -> custody.generate("longer", KeyKind.UMK));
      assertEquals(0, custody.list().size());
    }
  }

  @Test
  void whatIsHalfMadeIsSweptAwayWithItsMacKey() throws Exception {
    // [token-14] [token-24]
    RealToken.Made token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "kw"));
        RawToken raw = new RawToken(token)) {
      KeyId left = custody.generate("records", KeyKind.UMK).id();
      raw.write(one(raw, left), attribute(RawToken.LABEL, "e2ee:1:records:1:pending:kw:0:"));
      assertFalse(left.equals(custody.generate("records", KeyKind.UMK).id()));
      assertEquals(0, raw.find(attribute(RawToken.ID, left.toBytes())).length);
      assertEquals(0, raw.find(attribute(RawToken.ID, macId(left).toBytes())).length);
    }
  }
}
