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
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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
      CustodyException e = refused(Kind.POLICY, () -> custody.rotate("first"));
      assertTrue(String.valueOf(e.getMessage()).contains("wraps as gcm"), e.getMessage());
      assertEquals(2, wrap(custody.rotate("second")).wrapAlg());
    }
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "oaep-2048"))) {
      CustodyException e = refused(Kind.UNSUPPORTED, () -> custody.generate("third", KeyKind.UMK));
      assertTrue(String.valueOf(e.getMessage()).contains("wrap=oaep-2048"), e.getMessage());
      assertEquals(3, custody.list().size());
      assertEquals(1, wrap(custody.find("first")).wrapAlg(), "keys stay what they are");
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
      module.spoilSignatures(Integer.MAX_VALUE);
      refused(Kind.CORRUPT, () -> umk.unwrap(wrapped, AAD).close());
      module.spoilSignatures(0);
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
      module.before("C_WrapKey", () -> assertEquals(objects + 1, count(raw)));
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

  private static int count(RawToken raw) {
    try {
      return raw.find().length;
    } catch (PKCS11Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void noObjectIsDeletedThatIsNotTheDek() throws Exception {
    // [token-27]
    RealToken.Made token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody = faulty(token);
        RawToken raw = new RawToken(token)) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      byte[] wrapped = wrap(key).wrap(dek, AAD);
      module.confuseWith(one(raw, key.id()));
      refused(Kind.TRANSIENT, () -> wrap(key).wrap(dek, AAD));
      module.confuseWith(0);
      wrap(key).unwrap(wrapped, AAD).close();
    }
  }

  @Test
  void whatTheTokenMadeOfTheDekIsLookedAt() throws Exception {
    try (Pkcs11Custody custody = faulty(RealToken.SOFTHSM.make())) {
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      module.spoilValues(true);
      refused(Kind.TRANSIENT, () -> umk.wrap(dek, AAD));
      module.spoilValues(false);
      umk.unwrap(umk.wrap(dek, AAD), AAD).close();
    }
  }

  @Test
  void zerosAreNoDek() throws Exception {
    // [token-26]
    try (Pkcs11Custody custody = faulty(RealToken.SOFTHSM.make());
        SecretBytes zeros = SecretBytes.adopt(new byte[32])) {
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      refused(Kind.POLICY, () -> umk.wrap(zeros, AAD));
      byte[] wrapped = umk.wrap(dek, AAD);
      module.blankValues(true);
      refused(Kind.TRANSIENT, () -> umk.unwrap(wrapped, AAD).close());
      module.blankValues(false);
      umk.unwrap(wrapped, AAD).close();
    }
  }

  @Test
  void aTokenThatShowsNoSecretOfTheSessionIsNotUsed() throws Exception {
    try (Pkcs11Custody custody = faulty(RealToken.SOFTHSM.make())) {
      module.fail("C_UnwrapKey", Ckr.KEY_NOT_WRAPPABLE, Integer.MAX_VALUE);
      refused(Kind.UNSUPPORTED, () -> custody.generate("records", KeyKind.UMK));
      assertEquals(0, custody.list().size());
    }
  }

  @Test
  void aMacKeyThatSomebodyBroughtInIsNotUsed() throws Exception {
    // [token-18] [token-24]
    RealToken.Made token = RealToken.SOFTHSM.make();
    KeyId id;
    byte[] wrapped;
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "kw"));
        RawToken raw = new RawToken(token)) {
      id = custody.generate("records", KeyKind.UMK).id();
      wrapped = wrap(custody.find(id)).wrap(dek, AAD);
      raw.destroy(one(raw, macId(id)));
      byte[] known = filled(32);
      raw.create(
          attribute(RawToken.CLASS, 4L),
          attribute(RawToken.KEY_TYPE, 0x10L),
          attribute(RawToken.TOKEN, true),
          attribute(RawToken.PRIVATE, true),
          attribute(RawToken.SENSITIVE, true),
          attribute(RawToken.EXTRACTABLE, false),
          attribute(RawToken.SIGN, true),
          attribute(RawToken.VALUE, known),
          attribute(RawToken.ID, macId(id).toBytes()),
          attribute(RawToken.LABEL, "e2ee-mac:1:" + id));
      long umk = one(raw, id);
      String[] label = String.valueOf(raw.read(umk, RawToken.LABEL)).split(":", -1);
      label[7] = HexFormat.of().formatHex(check(raw, umk, known, id, label), 0, 16);
      raw.write(umk, attribute(RawToken.LABEL, String.join(":", label)));
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      CustodyException e = refused(Kind.CORRUPT, () -> wrap(custody.find(id)).wrap(dek, AAD));
      assertTrue(String.valueOf(e.getMessage()).contains("somebody put it there"), e.getMessage());
      refused(Kind.CORRUPT, () -> wrap(custody.find(id)).unwrap(wrapped, AAD).close());
      refused(Kind.CORRUPT, () -> custody.rotate("records"));
    }
  }

  /** The CHECK that somebody can compute who has the PIN and has brought in the MAC key. */
  private static byte[] check(RawToken raw, long umk, byte[] macKey, KeyId id, String[] label)
      throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
    mac.update("e2ee-token-key-v1\0\7".getBytes(StandardCharsets.US_ASCII));
    mac.update(id.toBytes());
    mac.update(ByteBuffer.allocate(12).putInt(1).putLong(Long.parseLong(label[6])).array());
    mac.update("records".getBytes(StandardCharsets.US_ASCII));
    return mac.doFinal(raw.keyWrap(umk, new byte[32]));
  }

  @Test
  void aMacKeyThatIsExchangedWhileTheCustodyIsOpenIsNoticed() throws Exception {
    // [token-25]
    RealToken.Made token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody = Opened.unlocked(asking(token, "kw"));
        RawToken raw = new RawToken(token)) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      KeyId others = custody.generate("other", KeyKind.UMK).id();
      byte[] wrapped = wrap(key).wrap(dek, AAD);
      swap(raw, macId(key.id()), macId(others), "e2ee-mac:1:" + key.id());
      Thread.sleep(1200); // what was read is believed for a second
      refused(Kind.CORRUPT, () -> wrap(key).wrap(dek, AAD));
      refused(Kind.CORRUPT, () -> wrap(key).unwrap(wrapped, AAD).close());
    }
  }

  @Test
  void eachThreadGetsItsOwn() throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(asking(RealToken.SOFTHSM.make(), "kw"))) {
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        byte[] mine = filled(32);
        mine[0] = (byte) i;
        work.add(
            () -> {
              try (SecretBytes own = SecretBytes.copyOf(mine);
                  SecretBytes back = umk.unwrap(umk.wrap(own, mine), mine)) {
                return back.sameBytes(own);
              }
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        for (Future<Boolean> each : threads.invokeAll(work)) {
          assertTrue(each.get());
        }
      } finally {
        threads.shutdownNow();
      }
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
      module.heal();
      assertEquals(0, custody.list().size());
    }
  }

  @Test
  void aKeyWrapWithoutACheckOfItsOwnIsNotUsed() throws Exception {
    // [token-11]
    try (Pkcs11Custody custody = faulty(RealToken.SOFTHSM.make())) {
      module.openAnything(true);
      CustodyException e = refused(Kind.UNSUPPORTED, () -> custody.generate("k", KeyKind.UMK));
      assertTrue(String.valueOf(e.getMessage()).contains("opens what was changed"), e.getMessage());
    }
  }

  @Test
  void nobodyGetsItWhoDidNotAskForIt() throws Exception {
    // [token-11]
    RealToken.Made token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody =
        Opened.faulty(token.uri(), Opened.giving(RealToken.PIN), made -> module = made)) {
      custody.unlock();
      module.fail("C_Encrypt", Ckr.MECHANISM_INVALID, Integer.MAX_VALUE);
      module.fail("C_GenerateKeyPair", Ckr.MECHANISM_INVALID, Integer.MAX_VALUE);
      module.lie("C_Sign", Integer.MAX_VALUE, mac -> Arrays.copyOf(mac, 31));
      refused(Kind.UNSUPPORTED, () -> custody.generate("records", KeyKind.UMK));
      assertEquals(0, module.calls("C_WrapKey"));
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
