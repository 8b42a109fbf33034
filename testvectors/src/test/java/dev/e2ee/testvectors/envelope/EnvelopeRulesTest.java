package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.interop.pia.PiaRecord;
import dev.e2ee.interop.pia.PiaRecords;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Vector;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Key;
import java.security.Provider;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the envelope that fixed bytes cannot show. */
class EnvelopeRulesTest {
  private static final Provider PROVIDER = new E2eeProvider();
  private static final int HEADER = 123;
  private static final int MOST = 16 * 1024 * 1024;
  private static final int MOST_UNFORCED = 64 * 1024;
  private static final RecordContext CONTEXT = RecordContext.of("user-1", "memory", "42");
  private static final byte[] TEXT = {1, 2, 3};

  private static Vector record() {
    return EnvelopeVectors.WHOLE.valid("record context");
  }

  private static MemoryCustodyKey custody(int filling) {
    return new MemoryCustodyKey(List.of(generation(filling, 1)));
  }

  private static MemoryCustodyKey.Generation generation(int filling, int wrapAlg) {
    KeyId id = KeyId.of(Arrays.copyOf(filled(filling), KeyId.LENGTH));
    return new MemoryCustodyKey.Generation(
        SecretBytes.adopt(filled(filling)),
        wrapAlg == 3 ? SecretBytes.adopt(filled(filling + 100)) : null,
        id,
        1,
        wrapAlg);
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Cipher sealing(Key key, EnvelopeParameterSpec spec)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", PROVIDER);
    cipher.init(Cipher.ENCRYPT_MODE, key, spec);
    return cipher;
  }

  /** The header of a vector, with a body of our own under its DEK. */
  private static byte[] withBody(Vector vector, int plaintextLength) {
    byte[] header = Arrays.copyOf(vector.bytes("envelope"), HEADER);
    byte[] plaintext = new byte[plaintextLength];
    byte[] body =
        JdkBox.seal(vector.intermediate("dek"), plaintext, vector.intermediate("payloadAad"));
    return JdkBox.joined(header, body);
  }

  private static byte[] open(Vector vector, byte[] envelope) throws GeneralSecurityException {
    try (Envelope opener = Envelope.with(vector.key())) {
      return opener.open(envelope, vector.context().orElseThrow());
    }
  }

  @Test
  @DisplayName("[envelope-9] a body of 16 MiB opens, one byte more is malformed")
  void opensUpToTheLimitOfTheBody() throws GeneralSecurityException {
    assertArrayEquals(new byte[MOST], open(record(), withBody(record(), MOST)));
    byte[] tooLong = withBody(record(), MOST + 1);
    assertThrows(MalformedEnvelopeException.class, () -> open(record(), tooLong));
    assertThrows(MalformedEnvelopeException.class, () -> Envelope.inspect(tooLong));
  }

  @Test
  @DisplayName("[envelope-10] malformed bytes never reach the key")
  void touchesNoKeyForMalformedBytes() {
    EnvelopeVectors.WHOLE
        .tests("EnvelopeOpen")
        .filter(vector -> !vector.valid() && vector.error().equals("malformed"))
        .forEach(
            vector -> {
              Key key = new SickKey();
              byte[] envelope = vector.bytes("envelope");
              assertThrows(
                  MalformedEnvelopeException.class,
                  () -> Envelope.with(key).open(envelope, CONTEXT));
            });
  }

  @Test
  @DisplayName("[envelope-15] strings of 1 to 1024 bytes")
  void refusesComponentsOfOtherLengths() {
    String longest = "ü".repeat(512);
    assertEquals(longest, RecordContext.of(longest, longest, longest).entityId());
    for (String wrong : List.of("", longest + "a")) {
      assertThrows(IllegalArgumentException.class, () -> RecordContext.of(wrong, "b", "c"));
      assertThrows(IllegalArgumentException.class, () -> RecordContext.of("a", wrong, "c"));
      assertThrows(IllegalArgumentException.class, () -> RecordContext.of("a", "b", wrong));
      assertThrows(IllegalArgumentException.class, () -> CONTEXT.withTenant(wrong));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\udd11", "a\udd11\ud83d", "\ud83d\ud83d\udd11"})
  @DisplayName("[envelope-14] no lone surrogate")
  void refusesLoneSurrogates(String wrong) {
    assertThrows(IllegalArgumentException.class, () -> RecordContext.of(wrong, "b", "c"));
    assertThrows(IllegalArgumentException.class, () -> RecordContext.of("a", "b", wrong));
    assertThrows(IllegalArgumentException.class, () -> CONTEXT.withTenant(wrong));
  }

  @Test
  @DisplayName("[envelope-16] raw associated data of 0 to 8183 bytes")
  void boundsRawAssociatedData() throws GeneralSecurityException {
    Cipher cipher = sealing(custody(1), EnvelopeParameterSpec.withoutContext());
    cipher.updateAAD(new byte[8000]);
    assertThrows(IllegalArgumentException.class, () -> cipher.updateAAD(new byte[184]));
    Key sick = new SickKey();
    try (Envelope envelope = Envelope.with(sick)) {
      byte[] tooLong = new byte[8184];
      assertThrows(IllegalArgumentException.class, () -> envelope.seal(TEXT, tooLong));
      assertThrows(IllegalArgumentException.class, () -> envelope.open(TEXT, tooLong));
    }
  }

  @Test
  @DisplayName("[envelope-27] DEK, nonces and all that follows are fresh each time")
  void neverSealsTwiceAlike() throws GeneralSecurityException {
    MemoryCustodyKey key = custody(1);
    Set<String> seen = new HashSet<>();
    try (Envelope envelope = Envelope.with(key)) {
      for (int i = 0; i < 100; i++) {
        byte[] sealed = envelope.seal(TEXT, CONTEXT);
        assertTrue(seen.add("dek nonce " + hex(sealed, 31, 43)));
        assertTrue(seen.add("commitment " + hex(sealed, 91, HEADER)));
        assertTrue(seen.add("payload nonce " + hex(sealed, HEADER, HEADER + 12)));
        envelope.open(sealed, CONTEXT);
      }
    }
    assertEquals(300, seen.size());
  }

  private static String hex(byte[] bytes, int from, int to) {
    return HexFormat.of().formatHex(bytes, from, to);
  }

  @Test
  @DisplayName("[envelope-27] a caller cannot give a nonce")
  void refusesNonces() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", PROVIDER);
    for (var spec :
        List.of(new GCMParameterSpec(128, new byte[12]), new IvParameterSpec(new byte[12]))) {
      assertThrows(
          InvalidAlgorithmParameterException.class,
          () -> cipher.init(Cipher.ENCRYPT_MODE, custody(1), spec));
    }
  }

  @Test
  @DisplayName("[envelope-28] one message of up to 64 KiB, or 16 MiB when forced")
  void boundsThePlaintext() throws GeneralSecurityException {
    EnvelopeParameterSpec spec = new EnvelopeParameterSpec(CONTEXT);
    assertEquals(
        MOST_UNFORCED + HEADER + 28,
        sealing(custody(1), spec).doFinal(new byte[MOST_UNFORCED]).length);
    byte[] longer = sealing(custody(1), spec).doFinal(new byte[MOST_UNFORCED + 1]);
    assertEquals(MOST_UNFORCED + 1 + HEADER + 56 + 5 * 16, longer.length);
    assertEquals(2, longer[5]);
    EnvelopeParameterSpec forced = spec.withSuite(Suite.AES_256_GCM);
    assertEquals(MOST + HEADER + 28, sealing(custody(1), forced).doFinal(new byte[MOST]).length);
    Cipher over = sealing(custody(1), forced);
    assertThrows(IllegalBlockSizeException.class, () -> over.doFinal(new byte[MOST + 1]));
  }

  @ParameterizedTest
  @EnumSource(
      value = CustodyException.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "INTEGRITY")
  @DisplayName("[envelope-31] a sick custody is not tampering")
  void passesOnWhatCustodySays(CustodyException.Kind kind) throws GeneralSecurityException {
    byte[] sealed;
    try (Envelope envelope = Envelope.with(custody(1))) {
      sealed = envelope.seal(TEXT, CONTEXT);
    }
    SickKey sick = new SickKey(kind);
    try (Envelope envelope = Envelope.with(sick)) {
      var e = assertThrows(CustodyException.class, () -> envelope.open(sealed, CONTEXT));
      assertEquals(kind, e.kind());
    }
  }

  /** Has the id and generation of {@code custody(1)}, and cannot unwrap. */
  private static final class SickKey extends MemoryCustodyKey {
    private static final long serialVersionUID = 1L;
    private final CustodyException.Kind kind;

    SickKey() {
      this(CustodyException.Kind.TRANSIENT);
    }

    SickKey(CustodyException.Kind kind) {
      super(List.of(EnvelopeRulesTest.generation(1, 1)));
      this.kind = kind;
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      throw new CustodyException(kind, "the test says so");
    }
  }

  @Test
  @DisplayName("[envelope-32] the DEK is wiped")
  void wipesTheDek() throws GeneralSecurityException {
    MemoryCustodyKey key = custody(1);
    try (Envelope envelope = Envelope.with(key)) {
      byte[] sealed = envelope.seal(TEXT, CONTEXT);
      envelope.open(sealed, CONTEXT);
      envelope.rewrap(sealed, custody(2), CONTEXT);
      assertThrows(AEADBadTagException.class, () -> envelope.open(sealed, CONTEXT.withRevision(1)));
      sealed[sealed.length - 1] ^= 1;
      assertThrows(AEADBadTagException.class, () -> envelope.open(sealed, CONTEXT));
    }
    assertEquals(5, key.handedOut().size(), "once more of what did not agree"); // [envelope-65]
    for (SecretBytes dek : key.handedOut()) {
      assertThrows(IllegalStateException.class, dek::copy);
    }
  }

  @TestFactory
  @DisplayName("[envelope-33] rewrap")
  Stream<DynamicTest> rewrapsEveryValidVector() {
    return EnvelopeVectors.WHOLE
        .tests("EnvelopeOpen")
        .filter(vector -> vector.valid() && vector.number("minGeneration") == 0)
        .flatMap(
            vector ->
                Stream.of(1, 2, 3)
                    .map(
                        wrapAlg ->
                            DynamicTest.dynamicTest(
                                vector.name() + ", to wrapAlg " + wrapAlg,
                                () -> checkRewrap(vector, wrapAlg))));
  }

  private static void checkRewrap(Vector vector, int wrapAlg) throws GeneralSecurityException {
    byte[] old = vector.bytes("envelope");
    MemoryCustodyKey.Generation target = generation(9, wrapAlg);
    MemoryCustodyKey to = new MemoryCustodyKey(List.of(target));
    byte[] moved;
    byte[] plaintext;
    try (Envelope from = Envelope.with(vector.key());
        Envelope opener = Envelope.with(to)) {
      if (vector.context().isPresent()) {
        moved = from.rewrap(old, to, vector.context().get());
        plaintext = opener.open(moved, vector.context().get());
      } else {
        moved = from.rewrap(old, to, vector.aad());
        plaintext = opener.open(moved, vector.aad());
      }
    }
    assertArrayEquals(vector.bytes("plaintext"), plaintext);
    int body = 63 + target.wrappedLength();
    assertArrayEquals(
        Arrays.copyOfRange(old, vector.bodyAt(), old.length),
        Arrays.copyOfRange(moved, body, moved.length));
    assertArrayEquals(Arrays.copyOf(old, 8), Arrays.copyOf(moved, 8));
    assertEquals(wrapAlg, moved[28], "[envelope-63] the DEK is wrapped itself");
    byte[] aad = vector.intermediate("dekAad");
    byte[] dek = target.unwrap(Arrays.copyOfRange(moved, 31, body - 32), aad);
    assertArrayEquals(vector.intermediate("dek"), dek);
    assertFalse(Arrays.equals(old, 31, 43, moved, 31, 43), "another key, and a fresh nonce");
  }

  @ParameterizedTest
  @ValueSource(strings = {"key by RSA", "key of 3,072 bits"})
  @DisplayName("[envelope-33] [envelope-63] rewrap to RSA and back")
  void rewrapsToRsaAndBack(String comment) throws GeneralSecurityException {
    Vector vector = EnvelopeVectors.WHOLE.valid(comment);
    Key rsa = vector.key();
    MemoryCustodyKey memory = custody(1);
    try (Envelope from = Envelope.with(memory);
        Envelope to = Envelope.with(rsa)) {
      for (byte[] text : new byte[][] {TEXT, new byte[MOST_UNFORCED + 1]}) {
        byte[] sealed = from.seal(text, CONTEXT);
        byte[] body = Arrays.copyOfRange(sealed, HEADER, sealed.length);
        byte[] header = from.rewrapHeader(sealed, rsa, CONTEXT);
        byte[] moved = JdkBox.joined(header, body);
        assertEquals(vector.bodyAt(), header.length);
        assertEquals(4, Envelope.inspect(moved).wrapAlg());
        assertArrayEquals(text, to.open(moved, CONTEXT));
        byte[] back = to.rewrap(moved, memory, CONTEXT);
        assertArrayEquals(body, Arrays.copyOfRange(back, HEADER, back.length));
        assertArrayEquals(text, from.open(back, CONTEXT));
      }
    }
  }

  @Test
  @DisplayName("[envelope-33] rewrap verifies the commitment, leaves the body alone")
  void rewrapChecksTheHeaderOnly() throws GeneralSecurityException {
    try (Envelope from = Envelope.with(custody(1));
        Envelope opener = Envelope.with(custody(2))) {
      byte[] sealed = from.seal(TEXT, CONTEXT);
      byte[] wrongCommitment = sealed.clone();
      wrongCommitment[HEADER - 1] ^= 1;
      assertThrows(
          AEADBadTagException.class, () -> from.rewrap(wrongCommitment, custody(2), CONTEXT));
      RecordContext other = CONTEXT.withTenant("other");
      assertThrows(AEADBadTagException.class, () -> from.rewrap(sealed, custody(2), other));
      byte[] wrongBody = sealed.clone();
      wrongBody[sealed.length - 1] ^= 1;
      byte[] moved = from.rewrap(wrongBody, custody(2), CONTEXT);
      assertThrows(AEADBadTagException.class, () -> opener.open(moved, CONTEXT));
    }
  }

  @Test
  @DisplayName("[envelope-38] slicing and joining keep both byte strings")
  void slicesAndJoins() throws GeneralSecurityException {
    Vector vector = record();
    byte[] envelope = vector.bytes("envelope");
    PiaRecord sliced = PiaRecords.fromEnvelope(envelope);
    Base64.Encoder base64 = Base64.getEncoder();
    assertEquals(base64.encodeToString(Arrays.copyOfRange(envelope, 31, 91)), sliced.wrappedDek());
    assertEquals(
        base64.encodeToString(Arrays.copyOfRange(envelope, HEADER, envelope.length)),
        sliced.encryptedPayload());
    RecordContext context = vector.context().orElseThrow();
    try (PiaRecords records = PiaRecords.with(vector.key())) {
      assertArrayEquals(envelope, records.toEnvelope(sliced, context));
      RecordContext other = RecordContext.of(context.userId(), "todo", context.entityId());
      assertThrows(AEADBadTagException.class, () -> records.toEnvelope(sliced, other));
      for (RecordContext wrong :
          List.of(
              context.withTenant("t"),
              context.withRevision(1),
              RecordContext.of("a:b", "c", "d"))) {
        assertThrows(IllegalArgumentException.class, () -> records.toEnvelope(sliced, wrong));
      }
    }
    byte[] free = EnvelopeVectors.WHOLE.valid("nothing").bytes("envelope");
    assertThrows(MalformedEnvelopeException.class, () -> PiaRecords.fromEnvelope(free));
  }

  @Test
  @DisplayName("[envelope-21] id and generation of a raw UMK")
  void derivesTheIdOfARawKey() throws GeneralSecurityException {
    byte[] umk = filled(7);
    try (Envelope envelope = Envelope.with(UserMasterKey.of(umk))) {
      var info = Envelope.inspect(envelope.seal(TEXT, CONTEXT));
      byte[] label = "e2ee-key-id-v1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      assertArrayEquals(JdkBox.expand(umk, label, 16), info.keyId().toBytes());
      assertEquals(1, info.generation());
    }
    assertThrows(IllegalArgumentException.class, () -> UserMasterKey.of(new byte[31]));
  }
}
