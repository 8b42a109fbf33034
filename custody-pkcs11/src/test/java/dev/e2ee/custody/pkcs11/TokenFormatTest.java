package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import dev.e2ee.spi.key.Signing;
import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules of testvectors/spec/token.md, looked at from outside of the custody. */
@Tag("once")
class TokenFormatTest {
  /** Through which the module is called; {@link TokenFormatSunTest} names the other one. */
  Binding binding() {
    return Binding.DEFAULT;
  }

  private static final byte[] AAD = {1, 2};

  private RealToken.Made token;
  private Pkcs11Custody custody;

  @BeforeEach
  void open() throws Exception {
    token = RealToken.SOFTHSM.make(binding());
    custody = Opened.unlocked(token.uri());
  }

  @AfterEach
  void close() {
    custody.close();
  }

  private void reopen() {
    custody.close();
    custody = Opened.unlocked(token.uri());
  }

  private static void refused(Kind kind, Runnable action) {
    assertEquals(kind, assertThrows(CustodyException.class, action::run).kind());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static long one(RawToken raw, KeyId id) throws Exception {
    long[] found = raw.find(attribute(RawToken.ID, id.toBytes()));
    assertEquals(1, found.length);
    return found[0];
  }

  @Test
  void anObjectIsMadeToStay() throws Exception {
    // [token-1] [token-2] [token-12]
    CustodyKey first = custody.generate("records", KeyKind.UMK);
    CustodyKey second = custody.rotate("records");
    try (RawToken raw = new RawToken(token)) {
      for (CustodyKey key : List.of(first, second)) {
        long object = one(raw, key.id());
        assertEquals(true, raw.read(object, RawToken.SENSITIVE));
        assertEquals(false, raw.read(object, RawToken.EXTRACTABLE));
        assertEquals(true, raw.read(object, RawToken.ALWAYS_SENSITIVE));
        assertEquals(true, raw.read(object, RawToken.NEVER_EXTRACTABLE));
        assertEquals(true, raw.read(object, RawToken.PRIVATE));
      }
      String label = String.valueOf(raw.read(one(raw, second.id()), RawToken.LABEL));
      assertTrue(label.matches("e2ee:1:records:2:primary:gcm:[0-9]+:[0-9a-f]{58}"), label);
      String before = String.valueOf(raw.read(one(raw, first.id()), RawToken.LABEL));
      assertTrue(before.startsWith("e2ee:1:records:1:old:gcm:"), before);
    }
  }

  @Test
  void ofTwoPrimaryGenerationsTheHigherOneIsIt() throws Exception {
    // [token-4] [token-15]
    KeyId first = custody.generate("records", KeyKind.UMK).id();
    KeyId second = custody.rotate("records").id();
    try (RawToken raw = new RawToken(token)) {
      long object = one(raw, first);
      String label = String.valueOf(raw.read(object, RawToken.LABEL));
      raw.write(object, attribute(RawToken.LABEL, label.replace(":old:", ":primary:")));
    }
    reopen();
    assertEquals(second, custody.find("records").id());
    DekWrap lower = custody.find(first).operation(DekWrap.class).orElseThrow();
    try (SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      refused(Kind.POLICY, () -> lower.wrap(dek, AAD));
    }
    assertEquals(
        List.of(KeyState.OLD, KeyState.PRIMARY),
        custody.list().stream().map(KeyDescription::state).toList());
    assertEquals(3, custody.rotate("records").description().generation());
    assertEquals(
        List.of(KeyState.OLD, KeyState.OLD, KeyState.PRIMARY),
        custody.list().stream().map(KeyDescription::state).toList());
  }

  @Test
  void aLabelThatDoesNotFitItsKeyIsCorrupt() throws Exception {
    // [token-5] [token-6] [token-7] [token-9]
    for (KeyKind kind : KeyKind.values()) {
      String name = "k-" + kind.name().replace('_', '-');
      KeyId id = custody.generate(name, kind).id();
      for (String[] change :
          new String[][] {{":1:primary", ":7:primary"}, {name, "other-" + name}}) {
        String label = relabelled(id, change[0], change[1]);
        reopen();
        refused(Kind.CORRUPT, () -> custody.find(id));
        relabelled(id, change[1], change[0]);
        assertEquals(label, relabelled(id, "", ""));
        reopen();
        assertEquals(id, custody.find(name).id());
      }
    }
  }

  private String relabelled(KeyId id, String from, String to) throws Exception {
    String before = "";
    try (RawToken raw = new RawToken(token)) {
      for (long object : raw.find(attribute(RawToken.ID, id.toBytes()))) {
        before = String.valueOf(raw.read(object, RawToken.LABEL));
        raw.write(object, attribute(RawToken.LABEL, before.replace(from, to)));
      }
    }
    return before;
  }

  @Test
  void aKeyThatTookAnothersPlaceIsNotUsed() throws Exception {
    // [token-9]
    KeyId one = custody.generate("one", KeyKind.UMK).id();
    KeyId two = custody.generate("two", KeyKind.UMK).id();
    try (RawToken raw = new RawToken(token)) {
      long first = one(raw, one);
      long second = one(raw, two);
      Object labelOfOne = raw.read(first, RawToken.LABEL);
      raw.write(first, attribute(RawToken.ID, new byte[] {1}));
      raw.write(
          second,
          attribute(RawToken.ID, one.toBytes()),
          attribute(RawToken.LABEL, String.valueOf(labelOfOne)));
    }
    reopen();
    refused(Kind.CORRUPT, () -> custody.find("one"));
  }

  /** An HMAC key named {@code known}, made in the token by an implementer of the specification. */
  private KeyId made(String state, long created) throws Exception {
    byte[] id = new byte[16];
    new java.util.Random(created).nextBytes(id);
    String label = "e2ee:1:known:1:" + state + ":hmac:" + created + ":";
    try (RawToken raw = new RawToken(token)) {
      long key =
          raw.generateSecret(
              secret(attribute(RawToken.VALUE_LEN, 32L), attribute(RawToken.ID, id)));
      byte[] check = Arrays.copyOf(raw.hmac(key, identity(id, 1, created)), 16);
      raw.write(key, attribute(RawToken.LABEL, label + HexFormat.of().formatHex(check)));
    }
    return KeyId.of(id);
  }

  private static byte[] identity(byte[] id, int generation, long created) {
    return ByteBuffer.allocate(17 + 1 + 1 + 16 + 4 + 8 + 5)
        .put(ascii("e2ee-token-key-v1"))
        .put((byte) 0)
        .put((byte) 2)
        .put(id)
        .putInt(generation)
        .putLong(created)
        .put(ascii("known"))
        .array();
  }

  private static CK_ATTRIBUTE[] secret(CK_ATTRIBUTE... more) {
    List<CK_ATTRIBUTE> all =
        new ArrayList<>(
            List.of(
                attribute(RawToken.CLASS, 4L),
                attribute(RawToken.KEY_TYPE, 0x10L),
                attribute(RawToken.TOKEN, true),
                attribute(RawToken.PRIVATE, true),
                attribute(RawToken.SENSITIVE, true),
                attribute(RawToken.EXTRACTABLE, false),
                attribute(RawToken.SIGN, true)));
    all.addAll(List.of(more));
    return all.toArray(CK_ATTRIBUTE[]::new);
  }

  @Test
  void aKeyThatSomebodyMayKnowIsNotUsedNorPassedOver() throws Exception {
    // [token-18]
    KeyId mine = custody.generate("known", KeyKind.UMK).id();
    byte[] value = HexFormat.of().parseHex("0f".repeat(32));
    byte[] id = new byte[16];
    String check = HexFormat.of().formatHex(hmac(value, identity(id, 2, 0)), 0, 16);
    try (RawToken raw = new RawToken(token)) {
      raw.create(
          secret(
              attribute(RawToken.VALUE, value),
              attribute(RawToken.ID, id),
              attribute(RawToken.LABEL, "e2ee:1:known:2:primary:hmac:0:" + check)));
    }
    reopen();
    refused(Kind.CORRUPT, () -> custody.find("known"));
    refused(Kind.CORRUPT, () -> custody.find(KeyId.of(id)));
    refused(Kind.CORRUPT, () -> custody.rotate("known"));
    assertEquals(Residency.MEMORY, custody.list().get(1).residency());
    DekWrap wraps = custody.find(mine).operation(DekWrap.class).orElseThrow();
    try (SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      refused(Kind.POLICY, () -> wraps.wrap(dek, AAD));
    }
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static Cipher gcm(int mode, byte[] key, byte[] nonce) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(AAD);
    return cipher;
  }

  /** The key of one wrap, by the token's HMAC. */
  private byte[] kek(byte[] salt, KeyId id) throws Exception {
    byte[] block =
        ByteBuffer.allocate(110)
            .putInt(1)
            .put(ascii("e2ee-token-kek-v1"))
            .put((byte) 0)
            .put(salt)
            .put(id.toBytes())
            .putInt(1)
            .put(MessageDigest.getInstance("SHA-256").digest(AAD))
            .putInt(256)
            .array();
    try (RawToken raw = new RawToken(token)) {
      return raw.hmac(one(raw, id), block);
    }
  }

  @Test
  void anImplementerOfTheSpecificationOpensWhatTheTokenWraps() throws Exception {
    // [token-8] [token-10]
    KeyId id = made("primary", 1764280000);
    CustodyKey key = custody.find("known");
    assertEquals(id, key.id());
    assertEquals(Residency.ISOLATED, key.description().residency());
    DekWrap wraps = key.operation(DekWrap.class).orElseThrow();
    assertEquals(2, wraps.wrapAlg());
    byte[] dek = HexFormat.of().parseHex("a5".repeat(32));
    byte[] wrap;
    try (SecretBytes secret = SecretBytes.copyOf(dek)) {
      wrap = wraps.wrap(secret, AAD);
    }
    assertEquals(92, wrap.length);
    byte[] kek = kek(Arrays.copyOf(wrap, 32), id);
    byte[] nonce = Arrays.copyOfRange(wrap, 32, 44);
    assertArrayEquals(dek, gcm(Cipher.DECRYPT_MODE, kek, nonce).doFinal(wrap, 44, 48));
    byte[] salt = new byte[32];
    salt[0] = 77;
    byte[] sealed = gcm(Cipher.ENCRYPT_MODE, kek(salt, id), new byte[12]).doFinal(dek);
    byte[] own = ByteBuffer.allocate(92).put(salt).put(new byte[12]).put(sealed).array();
    try (SecretBytes back = wraps.unwrap(own, AAD)) {
      assertArrayEquals(dek, back.copy());
    }
    byte[] shorter = Arrays.copyOf(own, 91);
    refused(Kind.INTEGRITY, () -> wraps.unwrap(shorter, AAD).close());
  }

  @Test
  void behindTheLastGenerationThereIsNone() throws Exception {
    KeyId id = custody.generate("records", KeyKind.UMK).id();
    String[] label = relabelled(id, "", "").split(":");
    label[3] = "2147483647";
    try (RawToken raw = new RawToken(token)) {
      raw.write(one(raw, id), attribute(RawToken.LABEL, String.join(":", label)));
    }
    reopen();
    refused(Kind.CORRUPT, () -> custody.rotate("records"));
    label[4] = "retired"; // one that is not asked for its check
    custody.generate("others", KeyKind.UMK);
    try (RawToken raw = new RawToken(token)) {
      label[2] = "others";
      raw.write(one(raw, id), attribute(RawToken.LABEL, String.join(":", label)));
    }
    int before = custody.list().size();
    refused(Kind.EXHAUSTED, () -> custody.rotate("others"));
    assertEquals(before, custody.list().size());
  }

  @Test
  void whatWasLeftBehindLongAgoIsSweptAway() throws Exception {
    // [token-14]
    KeyId left = made("pending", Instant.now().getEpochSecond() - 601);
    refused(Kind.MISSING, () -> custody.find("known"));
    CustodyKey made = custody.generate("known", KeyKind.UMK);
    assertEquals(List.of(made.description()), custody.list());
    try (RawToken raw = new RawToken(token)) {
      assertEquals(0, raw.find(attribute(RawToken.ID, left.toBytes())).length);
    }
    made("pending", Instant.now().getEpochSecond() - 500);
    refused(Kind.CONFLICT, () -> custody.rotate("known"));
  }

  @Test
  void twoWritersOfOneNameNeverBothHaveIt() throws Exception {
    // [token-13]
    try (Pkcs11Custody other = Opened.unlocked(token.uri())) {
      custody.capabilities();
      other.capabilities();
      for (int round = 0; round < 10; round++) {
        String name = "name-" + round;
        Set<KeyId> made = ConcurrentHashMap.newKeySet();
        Set<Kind> refusals = ConcurrentHashMap.newKeySet();
        List<Thread> writers = new ArrayList<>();
        for (Pkcs11Custody writer : List.of(custody, other)) {
          Thread thread =
              new Thread(
                  () -> {
                    try {
                      made.add(writer.generate(name, KeyKind.UMK).id());
                    } catch (CustodyException e) {
                      refusals.add(e.kind());
                    }
                  });
          thread.start();
          writers.add(thread);
        }
        for (Thread writer : writers) {
          writer.join();
        }
        // SoftHSM 2.6.1 itself fails now and then when objects come and go beside it.
        refusals.remove(Kind.TRANSIENT);
        assertTrue(Set.of(Kind.CONFLICT).containsAll(refusals), refusals.toString());
        List<KeyId> there =
            custody.list().stream()
                .filter(key -> key.name().equals(name))
                .map(KeyDescription::id)
                .toList();
        assertTrue(there.size() <= 1, name + ": " + there);
        assertEquals(Set.copyOf(there), made);
      }
    }
  }

  @Test
  void aKeyMayDoOneThing() throws Exception {
    // [token-16]
    KeyId umk = custody.generate("umk", KeyKind.UMK).id();
    KeyId ecdh = custody.generate("ecdh", KeyKind.AGREEMENT_P256).id();
    try (RawToken raw = new RawToken(token)) {
      long object = one(raw, umk);
      assertEquals(true, raw.read(object, 0x104), "encrypt");
      for (long no : new long[] {0x106, 0x107, 0x108, 0x10a, 0x10c}) {
        assertEquals(false, raw.read(object, no), Long.toHexString(no));
      }
      long[] halves =
          raw.find(attribute(RawToken.ID, ecdh.toBytes()), attribute(RawToken.CLASS, 3L));
      assertEquals(true, raw.read(halves[0], 0x10c), "derive");
      assertEquals(false, raw.read(halves[0], 0x108), "sign");
    }
  }

  @Test
  void anObjectThatNeedsNoLoginIsNoKey() throws Exception {
    // [token-17]
    KeyId real = custody.generate("known", KeyKind.UMK).id();
    try (RawToken raw = new RawToken(token)) {
      raw.create(
          attribute(RawToken.CLASS, 4L),
          attribute(RawToken.KEY_TYPE, 0x10L),
          attribute(RawToken.TOKEN, true),
          attribute(RawToken.PRIVATE, false),
          attribute(RawToken.SIGN, true),
          attribute(RawToken.VALUE, new byte[32]),
          attribute(RawToken.ID, new byte[16]),
          attribute(RawToken.LABEL, "e2ee:1:known:2147483647:primary:hmac:0:" + "0".repeat(32)));
    }
    reopen();
    assertEquals(real, custody.find("known").id());
    assertEquals(1, custody.list().size());
    assertEquals(2, custody.rotate("known").description().generation());
  }

  @Test
  void sweepingTakesNothingThatIsInUse() throws Exception {
    // [token-14]
    KeyId inUse = custody.generate("known", KeyKind.UMK).id();
    String label = relabelled(inUse, "", "");
    try (RawToken raw = new RawToken(token)) {
      raw.create(
          attribute(RawToken.CLASS, 4L),
          attribute(RawToken.KEY_TYPE, 0x10L),
          attribute(RawToken.TOKEN, true),
          attribute(RawToken.PRIVATE, true),
          attribute(RawToken.SIGN, true),
          attribute(RawToken.VALUE, new byte[32]),
          attribute(RawToken.ID, inUse.toBytes()),
          attribute(RawToken.LABEL, "e2ee:1:known:9:pending:gcm:0:"));
    }
    custody.rotate("known");
    try (RawToken raw = new RawToken(token)) {
      long left = one(raw, inUse);
      assertEquals(label.replace(":primary:", ":old:"), raw.read(left, RawToken.LABEL));
    }
  }

  @Test
  void aPublicHalfThatWasExchangedIsNotGivenOut() throws Exception {
    // [token-7]
    CustodyKey key = custody.generate("phone", KeyKind.SIGNING_P256);
    CustodyKey other = custody.generate("other", KeyKind.SIGNING_P256);
    Signing signing = key.operation(Signing.class).orElseThrow();
    signing.publicPoint();
    try (RawToken raw = new RawToken(token)) {
      for (KeyId from : List.of(key.id(), other.id())) {
        for (long object :
            raw.find(attribute(RawToken.ID, from.toBytes()), attribute(RawToken.CLASS, 2L))) {
          byte[] to = from.equals(key.id()) ? new byte[] {9} : key.id().toBytes();
          raw.write(object, attribute(RawToken.ID, to));
        }
      }
    }
    refused(Kind.CORRUPT, signing::publicPoint);
  }

  @Test
  void aPublicKeyThatWasPutBesideItDisturbsNothing() throws Exception {
    // [token-7]
    CustodyKey key = custody.generate("phone", KeyKind.SIGNING_P256);
    CustodyKey other = custody.generate("other", KeyKind.SIGNING_P256);
    byte[] point = key.operation(Signing.class).orElseThrow().publicPoint();
    KeyId id = key.id();
    try (RawToken raw = new RawToken(token)) {
      long half =
          raw.find(attribute(RawToken.ID, other.id().toBytes()), attribute(RawToken.CLASS, 2L))[0];
      raw.write(half, attribute(RawToken.ID, id.toBytes()));
    }
    reopen();
    assertArrayEquals(point, custody.find(id).operation(Signing.class).orElseThrow().publicPoint());
  }

  @Test
  void aUriThatMeansOneKeyMakesNoOther() throws Exception {
    custody.generate("records", KeyKind.UMK);
    try (Pkcs11Custody one = Opened.unlocked(token.uri(";object=foo"))) {
      refused(Kind.POLICY, () -> one.generate("records", KeyKind.UMK));
      refused(Kind.MISSING, () -> one.find("records"));
      assertEquals(List.of(), one.list());
      assertEquals(1, one.generate("foo", KeyKind.UMK).description().generation());
    }
  }

  @Test
  void theUseFollowsFromATrial() {
    // [token-11]
    assertEquals(
        1,
        custody.generate("records", KeyKind.UMK).operation(DekWrap.class).orElseThrow().wrapAlg(),
        "SoftHSM has AES-GCM, which comes first");
  }
}
