package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** wrapAlg 4: RSA-OAEP and a signature, for tokens that have neither AES-GCM nor HMAC. */
@Tag("once")
class OaepTest {
  private static final byte[] AAD = {1, 2};
  private static final int SIGN = 0x108;
  private static final int DECRYPT = 0x105;
  private static final int MODIFIABLE = 0x170;
  private static final int MODULUS = 0x120;
  private static final int EXPONENT = 0x122;

  private final SecretBytes dek = SecretBytes.adopt(new byte[32]);
  private FaultyModule module;

  @AfterEach
  void close() {
    dek.close();
  }

  private static DekWrap wrap(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static void refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] sha256(byte[]... parts) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    for (byte[] part : parts) {
      hash.update(part);
    }
    return hash.digest();
  }

  private static KeyId signer(KeyId id) throws Exception {
    return KeyId.of(
        Arrays.copyOf(sha256(ascii("e2ee-token-signer-v1\0"), id.toBytes()), KeyId.LENGTH));
  }

  private static long one(RawToken raw, KeyId id, long objectClass) throws Exception {
    long[] found =
        raw.find(attribute(RawToken.ID, id.toBytes()), attribute(RawToken.CLASS, objectClass));
    assertEquals(1, found.length);
    return found[0];
  }

  @ParameterizedTest
  @CsvSource({
    "NSS, OAEP_3072, 828",
    "NSS, OAEP_2048, 572",
    "OPENCRYPTOKI, OAEP_3072, 828",
    "OPENCRYPTOKI, OAEP_2048, 572",
    "TPM2, OAEP_2048, 572"
  })
  void wrapsAndRefusesWhatIsNotAuthentic(RealToken kind, KeyUse use, int length) throws Exception {
    // [token-22]
    RealToken.Made token = kind.make();
    KeyId id;
    byte[] first;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      CustodyKey key = custody.generate("records", use);
      id = key.id();
      first = wrap(key).wrap(dek, AAD);
      assertEquals(length, first.length);
      assertEquals(length, wrap(key).wrappedLength());
      assertEquals(4, wrap(key).wrapAlg());
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      DekWrap umk = wrap(custody.find("records"));
      try (SecretBytes back = umk.unwrap(first, AAD)) {
        assertTrue(back.sameBytes(dek));
      }
      for (int at = 0; at < length; at += 7) {
        byte[] changed = first.clone();
        changed[at] ^= 1;
        refused(Kind.INTEGRITY, () -> umk.unwrap(changed, AAD).close());
      }
      refused(Kind.INTEGRITY, () -> umk.unwrap(first, new byte[0]).close());
      refused(Kind.INTEGRITY, () -> umk.unwrap(Arrays.copyOf(first, length - 1), AAD).close());
      CustodyKey next = custody.rotate("records");
      assertEquals(length, wrap(next).wrappedLength(), "rotation keeps the use");
      refused(Kind.INTEGRITY, () -> wrap(next).unwrap(first, AAD).close());
      assertEquals(id, next.generation(id).id());
    }
  }

  @Test
  void aTokenWithoutOaepOfSha256IsNotUsed() throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(RealToken.SOFTHSM.make().uri())) {
      refused(Kind.UNSUPPORTED, () -> custody.generate("records", KeyUse.OAEP_2048));
      assertEquals(0, custody.list().size());
    }
  }

  @Test
  void whoHasThePublicHalvesReadsWhatTheTokenSigned() throws Exception {
    // [token-19] [token-20] [token-21]
    RealToken.Made token = RealToken.OPENCRYPTOKI.make();
    try (Pkcs11Custody custody = Opened.unlocked(token.uri());
        RawToken raw = new RawToken(token)) {
      CustodyKey key = custody.generate("records", KeyUse.OAEP_2048);
      byte[] wrap = wrap(key).wrap(dek, AAD);
      KeyId signer = signer(key.id());
      long decrypts = one(raw, key.id(), 3);
      long signs = one(raw, signer, 3);
      assertEquals(false, raw.read(decrypts, SIGN));
      assertEquals(true, raw.read(decrypts, DECRYPT));
      assertEquals(true, raw.read(signs, SIGN));
      assertEquals(false, raw.read(signs, DECRYPT));
      assertEquals(true, raw.read(signs, RawToken.ALWAYS_SENSITIVE));
      assertEquals(true, raw.read(signs, RawToken.NEVER_EXTRACTABLE));
      assertEquals("e2ee-signer:1:" + key.id(), raw.read(signs, RawToken.LABEL));
      byte[] n = unsigned(raw, one(raw, key.id(), 2));
      byte[] s = unsigned(raw, one(raw, signer, 2));

      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(
          KeyFactory.getInstance("RSA")
              .generatePublic(
                  new RSAPublicKeySpec(new BigInteger(1, s), BigInteger.valueOf(65537))));
      verifier.update(ascii("e2ee-token-wrap-v1\0"));
      verifier.update(key.id().toBytes());
      verifier.update(new byte[] {0, 0, 0, 1});
      verifier.update(sha256(AAD));
      verifier.update(wrap, 0, 256 + 60);
      assertTrue(verifier.verify(wrap, 256 + 60, 256));

      String[] label = String.valueOf(raw.read(decrypts, RawToken.LABEL)).split(":", -1);
      assertEquals(check(key.id(), label, n, s), label[7]);
    }
  }

  /** The CHECK of a key of 2,048 bits with this label: everybody can compute it. */
  private static String check(KeyId id, String[] label, byte[] n, byte[] s) throws Exception {
    ByteArrayOutputStream identity = new ByteArrayOutputStream();
    identity.writeBytes(ascii("e2ee-token-key-v1\0\6"));
    identity.writeBytes(id.toBytes());
    identity.writeBytes(
        ByteBuffer.allocate(12).putInt(1).putLong(Long.parseLong(label[6])).array());
    identity.writeBytes(ascii("records"));
    byte[] check = sha256(identity.toByteArray(), sha256(n), sha256(s));
    return HexFormat.of().formatHex(check, 0, 16);
  }

  @Test
  void aSignerThatSomebodyBroughtInIsNotUsed() throws Exception {
    // [token-18] [token-20]
    RealToken.Made token = RealToken.OPENCRYPTOKI.make();
    KeyId id;
    byte[] wrapped;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri());
        RawToken raw = new RawToken(token)) {
      id = custody.generate("records", KeyUse.OAEP_2048).id();
      wrapped = wrap(custody.find(id)).wrap(dek, AAD);
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      RSAPrivateCrtKey known = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
      for (long object : raw.find(attribute(RawToken.ID, signer(id).toBytes()))) {
        raw.destroy(object);
      }
      TokenVectorTest.put(raw, known, SIGN, signer(id).toBytes(), "e2ee-signer:1:" + id);
      String[] label = String.valueOf(raw.read(one(raw, id, 3), RawToken.LABEL)).split(":", -1);
      byte[] n = unsigned(raw, one(raw, id, 2));
      label[7] = check(id, label, n, unsigned(raw, one(raw, signer(id), 2)));
      for (long half : raw.find(attribute(RawToken.ID, id.toBytes()))) {
        raw.write(half, attribute(RawToken.LABEL, String.join(":", label)));
      }
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      CustodyException e =
          assertThrows(CustodyException.class, () -> wrap(custody.find(id)).wrap(dek, AAD));
      assertEquals(Kind.CORRUPT, e.kind());
      assertTrue(String.valueOf(e.getMessage()).contains("somebody put it there"), e.getMessage());
      refused(Kind.CORRUPT, () -> wrap(custody.find(id)).unwrap(wrapped, AAD).close());
    }
  }

  private static byte[] unsigned(RawToken raw, long publicKey) throws Exception {
    assertEquals(
        BigInteger.valueOf(65537), new BigInteger(1, (byte[]) raw.read(publicKey, EXPONENT)));
    byte[] modulus = (byte[]) raw.read(publicKey, MODULUS);
    assertEquals(256, modulus.length);
    return modulus;
  }

  @Test
  void anExchangedSignerIsNotUsed() throws Exception {
    // [token-21]
    RealToken.Made token = RealToken.OPENCRYPTOKI.make();
    try (Pkcs11Custody custody = faulty(token);
        RawToken raw = new RawToken(token)) {
      CustodyKey key = custody.generate("records", KeyUse.OAEP_2048);
      CustodyKey other = custody.generate("other", KeyUse.OAEP_2048);
      byte[] wrapped = wrap(key).wrap(dek, AAD);
      long mine = one(raw, signer(key.id()), 2);
      long others = one(raw, signer(other.id()), 2);
      raw.write(mine, attribute(RawToken.ID, new byte[] {9}));
      raw.write(others, attribute(RawToken.ID, signer(key.id()).toBytes()));
      wrap(key).unwrap(wrapped, AAD).close();
      module.hideOfPrivateKeys(Attribute.MODULUS);
      refused(Kind.CORRUPT, () -> wrap(key).unwrap(wrapped, AAD).close());
      refused(Kind.CORRUPT, () -> wrap(key).wrap(dek, AAD));
    }
  }

  private Pkcs11Custody faulty(RealToken.Made token) {
    Pkcs11Custody custody =
        Opened.faulty(token.uri(), Opened.giving(RealToken.PIN), made -> module = made);
    custody.unlock();
    return custody;
  }

  /**
   * A public RSA key that anybody could have made, and nobody can relabel, beside that of a key.
   */
  private static void plant(RawToken raw, KeyId id, String label) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] modulus =
        ((RSAPublicKey) generator.generateKeyPair().getPublic()).getModulus().toByteArray();
    raw.create(
        attribute(RawToken.CLASS, 2L),
        attribute(RawToken.KEY_TYPE, 0L),
        attribute(RawToken.TOKEN, true),
        attribute(RawToken.PRIVATE, false),
        attribute(MODIFIABLE, false),
        attribute(RawToken.ID, id.toBytes()),
        attribute(RawToken.LABEL, label),
        attribute(MODULUS, Arrays.copyOfRange(modulus, 1, modulus.length)),
        attribute(EXPONENT, new byte[] {1, 0, 1}));
  }

  @Test
  void publicKeysThatSomebodyPutThereAreIgnored() throws Exception {
    // [token-21]
    RealToken.Made token = RealToken.OPENCRYPTOKI.make();
    KeyId first;
    byte[] wrapped;
    try (Pkcs11Custody custody = faulty(token);
        RawToken raw = new RawToken(token)) {
      CustodyKey key = custody.generate("records", KeyUse.OAEP_2048);
      first = key.id();
      wrapped = wrap(key).wrap(dek, AAD);
      plant(raw, key.id(), String.valueOf(raw.read(one(raw, key.id(), 3), RawToken.LABEL)));
      plant(raw, signer(key.id()), "e2ee-signer:1:" + key.id());
      assertEquals(2, raw.find(attribute(RawToken.ID, key.id().toBytes()), publicKeys()).length);
      wrap(key).unwrap(wrapped, AAD).close();
    }
    for (Attribute[] hidden : new Attribute[][] {{}, {Attribute.MODULUS}}) {
      try (Pkcs11Custody custody = faulty(token)) {
        module.hideOfPrivateKeys(hidden);
        DekWrap umk = wrap(custody.find("records"));
        umk.unwrap(wrapped, AAD).close();
        umk.unwrap(umk.wrap(dek, AAD), AAD).close();
      }
    }
    try (Pkcs11Custody custody = faulty(token)) {
      assertEquals(2, custody.rotate("records").description().generation());
      wrap(custody.rotate("records").generation(first)).unwrap(wrapped, AAD).close();
    }
  }

  private static CK_ATTRIBUTE publicKeys() {
    return attribute(RawToken.CLASS, 2L);
  }

  @ParameterizedTest
  @CsvSource({"NSS", "OPENCRYPTOKI", "TPM2"})
  void publicKeysThatSomebodyDeletedAreReadOfThePrivateOnes(RealToken kind) throws Exception {
    // [token-21]
    RealToken.Made token = kind.make();
    byte[] wrapped;
    try (Pkcs11Custody custody = faulty(token);
        RawToken raw = new RawToken(token)) {
      CustodyKey key = custody.generate("records", KeyUse.OAEP_2048);
      wrapped = wrap(key).wrap(dek, AAD);
      raw.destroy(one(raw, key.id(), 2));
      raw.destroy(one(raw, signer(key.id()), 2));
    }
    try (Pkcs11Custody custody = faulty(token)) {
      DekWrap umk = wrap(custody.find("records"));
      umk.unwrap(wrapped, AAD).close();
      umk.unwrap(umk.wrap(dek, AAD), AAD).close();
      module.hideOfPrivateKeys(Attribute.MODULUS);
      CustodyException e =
          assertThrows(CustodyException.class, () -> umk.unwrap(wrapped, AAD).close());
      assertEquals(Kind.CORRUPT, e.kind());
      assertTrue(String.valueOf(e.getMessage()).contains("somebody deleted it"), e.getMessage());
    }
  }

  @Test
  void whatIsHalfMadeIsSweptAwayWithItsSigner() throws Exception {
    // [token-14] [token-20]
    RealToken.Made token = RealToken.OPENCRYPTOKI.make();
    try (Pkcs11Custody custody = Opened.unlocked(token.uri());
        RawToken raw = new RawToken(token)) {
      KeyId left = custody.generate("records", KeyUse.OAEP_2048).id();
      for (long half : raw.find(attribute(RawToken.ID, left.toBytes()))) {
        raw.write(half, attribute(RawToken.LABEL, "e2ee:1:records:1:pending:oaep-2048:0:"));
      }
      assertFalse(left.equals(custody.generate("records", KeyKind.UMK).id()));
      assertEquals(0, raw.find(attribute(RawToken.ID, left.toBytes())).length);
      assertEquals(0, raw.find(attribute(RawToken.ID, signer(left).toBytes())).length);
    }
  }

  @Test
  void theTokenDecryptsNothingThatItHasNotSigned() throws Exception {
    // [token-22] [token-10]
    RealToken.Made token = RealToken.OPENCRYPTOKI.make();
    try (Pkcs11Custody custody = faulty(token)) {
      DekWrap umk = wrap(custody.generate("records", KeyUse.OAEP_2048));
      byte[] wrapped = umk.wrap(dek, AAD);
      int before = module.calls("C_Decrypt");
      byte[] changed = wrapped.clone();
      changed[3] ^= 1;
      refused(Kind.INTEGRITY, () -> umk.unwrap(changed, AAD).close());
      assertEquals(before, module.calls("C_Decrypt"));
      module.fail("C_Decrypt", Ckr.FUNCTION_FAILED, Integer.MAX_VALUE);
      refused(Kind.TRANSIENT, () -> umk.unwrap(wrapped, AAD).close());
      module.heal();
      refused(Kind.INTEGRITY, () -> umk.unwrap(changed, AAD).close());
      umk.unwrap(wrapped, AAD).close();
      module.fail("C_Decrypt", Ckr.ENCRYPTED_DATA_INVALID, 1);
      umk.unwrap(wrapped, AAD).close();
      module.fail("C_Decrypt", Ckr.ENCRYPTED_DATA_INVALID, Integer.MAX_VALUE);
      refused(Kind.CORRUPT, () -> umk.unwrap(wrapped, AAD).close());
      module.heal();
      umk.unwrap(wrapped, AAD).close();
    }
  }
}
