package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.custody.pkcs11.internal.key.KeyLabel;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.custody.pkcs11.internal.key.UmkWork;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.Residency;
import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The vectors of wrapAlg 2 and 4, opened by a custody over a real token, into which the test puts
 * their keys: no custody would.
 */
class TokenVectorTest {
  // [token-8] [token-10] [token-19] [token-22]
  private static final Path VECTORS = Path.of("../testvectors/vectors/token.json");
  private static final HexFormat HEX = HexFormat.of();
  private static final String NAME = "vectors";

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(JsonNode of, String name) {
    return HEX.parseHex(of.get(name).asText());
  }

  @TestFactory
  Stream<DynamicTest> everyGroup() throws IOException {
    JsonNode file = new ObjectMapper().readTree(VECTORS.toFile());
    Stream.Builder<DynamicTest> groups = Stream.builder();
    int tests = 0;
    for (JsonNode group : file.get("testGroups")) {
      tests += group.get("tests").size();
      groups.add(
          DynamicTest.dynamicTest(group.get("keys").get("use").asText(), () -> checkGroup(group)));
    }
    assertEquals(file.get("numberOfTests").asInt(), tests);
    return groups.build();
  }

  private static void checkGroup(JsonNode group) throws Exception {
    RealToken.Made token = RealToken.OPENCRYPTOKI.make();
    JsonNode keys = group.get("keys");
    KeyId id = KeyId.of(hex(keys, "keyId"));
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.list();
      TokenKey key;
      try (RawToken raw = new RawToken(token)) {
        if (keys.has("umk")) {
          putHmac(raw, keys);
        } else {
          putOaep(raw, keys);
        }
        long object =
            raw.find(
                    attribute(RawToken.CLASS, keys.has("umk") ? 4L : 3L),
                    attribute(RawToken.ID, id.toBytes()))[0];
        KeyLabel label =
            KeyLabel.parse(String.valueOf(raw.read(object, RawToken.LABEL))).orElseThrow();
        // A custody uses no key from outside [token-18]: what its keys are for is asked directly.
        key = new TokenKey(object, id, label, Residency.ISOLATED);
      }
      refusesAsACustody(custody, id);
      assertEquals(keys.has("umk") ? 2 : 4, custody.works().umk(key.label().use()).wrapAlg());
      for (JsonNode test : group.get("tests")) {
        check(custody, key, test);
      }
    }
  }

  private static void refusesAsACustody(Pkcs11Custody custody, KeyId id) {
    assertEquals(Kind.CORRUPT, assertThrows(CustodyException.class, () -> custody.find(id)).kind());
  }

  /** Empty for what is not authentic. */
  private static Optional<byte[]> unwrapped(
      Pkcs11Custody custody, TokenKey key, byte[] wrap, byte[] aad) {
    UmkWork umk = custody.works().umk(key.label().use());
    if (wrap.length != umk.wrappedLength()) {
      return Optional.empty();
    }
    return custody
        .connection()
        .run(
            Connection.Effect.NONE,
            (session, epoch) -> {
              // The module may have been initialised anew for what it answered to another test.
              TokenKey now =
                  new TokenKey(handle(session, key), key.id(), key.label(), key.residency());
              try (SecretBytes dek = umk.unwrap(session, now, wrap, aad)) {
                return Optional.of(dek.copy());
              } catch (AEADBadTagException e) {
                return Optional.empty();
              }
            });
  }

  private static long handle(CryptokiSession session, TokenKey key) throws CryptokiException {
    long objectClass =
        key.label().use() == KeyUse.HMAC ? Template.SECRET_KEY : Template.PRIVATE_KEY;
    return session
        .find(Template.ofClass(objectClass).with(Attribute.ID, key.id().toBytes()))
        .get(0);
  }

  private static void check(Pkcs11Custody custody, TokenKey key, JsonNode test) {
    byte[] wrap = hex(test, "wrap");
    byte[] aad = hex(test, "aad");
    String comment = test.get("comment").asText();
    if (test.get("result").asText().equals("valid")) {
      assertArrayEquals(
          hex(test, "dek"), unwrapped(custody, key, wrap, aad).orElseThrow(), comment);
      return;
    }
    assertEquals("not-authentic", test.get("error").asText());
    // openCryptoki calls a padding that only the key's owner can make a failure of its own.
    boolean vague =
        comment.startsWith("OAEP with") && test.get("flags").toString().contains("ByItsOwner");
    try {
      assertEquals(Optional.empty(), unwrapped(custody, key, wrap, aad), comment);
    } catch (CustodyException e) {
      assertTrue(vague && e.kind() == Kind.TRANSIENT, () -> comment + ": " + e.getMessage());
    }
  }

  private static String label(JsonNode keys, String check) {
    return "e2ee:1:"
        + NAME
        + ":"
        + keys.get("generation").asInt()
        + ":primary:"
        + keys.get("use").asText()
        + ":0:"
        + check;
  }

  private static byte[] identity(JsonNode keys, int use) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(ascii("e2ee-token-key-v1\0"));
    all.write(use);
    all.writeBytes(hex(keys, "keyId"));
    all.writeBytes(
        ByteBuffer.allocate(12).putInt(keys.get("generation").asInt()).putLong(0).array());
    all.writeBytes(ascii(NAME));
    return all.toByteArray();
  }

  private static void putHmac(RawToken raw, JsonNode keys) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(hex(keys, "umk"), "HmacSHA256"));
    String check = HEX.formatHex(mac.doFinal(identity(keys, 2)), 0, 16);
    raw.create(
        attribute(RawToken.CLASS, 4L),
        attribute(RawToken.KEY_TYPE, 0x10L),
        attribute(RawToken.TOKEN, true),
        attribute(RawToken.PRIVATE, true),
        attribute(RawToken.SIGN, true),
        attribute(RawToken.VALUE, hex(keys, "umk")),
        attribute(RawToken.ID, hex(keys, "keyId")),
        attribute(RawToken.LABEL, label(keys, check)));
  }

  private static void putOaep(RawToken raw, JsonNode keys) throws Exception {
    int use = keys.get("use").asText().equals("oaep-3072") ? 5 : 6;
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    RSAPrivateCrtKey decrypts = privateKey(hex(keys, "decrypts"));
    RSAPrivateCrtKey signs = privateKey(hex(keys, "signs"));
    hash.update(identity(keys, use));
    hash.update(MessageDigest.getInstance("SHA-256").digest(unsigned(decrypts.getModulus())));
    hash.update(MessageDigest.getInstance("SHA-256").digest(unsigned(signs.getModulus())));
    String check = HEX.formatHex(hash.digest(), 0, 16);
    byte[] id = hex(keys, "keyId");
    hash.update(ascii("e2ee-token-signer-v1\0"));
    byte[] signerId = Arrays.copyOf(hash.digest(id), 16);
    put(raw, decrypts, 0x105L, id, label(keys, check));
    put(raw, signs, RawToken.SIGN, signerId, "e2ee-signer:1:" + HEX.formatHex(id));
  }

  private static RSAPrivateCrtKey privateKey(byte[] pkcs8) throws Exception {
    return (RSAPrivateCrtKey)
        KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] signed = number.toByteArray();
    return signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
  }

  private static CK_ATTRIBUTE number(long type, BigInteger value) {
    return attribute(type, unsigned(value));
  }

  private static void put(RawToken raw, RSAPrivateCrtKey key, long purpose, byte[] id, String label)
      throws Exception {
    raw.create(
        attribute(RawToken.CLASS, 2L),
        attribute(RawToken.KEY_TYPE, 0L),
        attribute(RawToken.TOKEN, true),
        attribute(RawToken.ID, id),
        attribute(RawToken.LABEL, label),
        number(0x120, key.getModulus()),
        number(0x122, key.getPublicExponent()));
    long made =
        raw.create(
            attribute(RawToken.CLASS, 3L),
            attribute(RawToken.KEY_TYPE, 0L),
            attribute(RawToken.TOKEN, true),
            attribute(RawToken.PRIVATE, true),
            attribute(RawToken.ID, id),
            attribute(RawToken.LABEL, label),
            attribute(purpose, true),
            number(0x120, key.getModulus()),
            number(0x122, key.getPublicExponent()),
            number(0x123, key.getPrivateExponent()),
            number(0x124, key.getPrimeP()),
            number(0x125, key.getPrimeQ()),
            number(0x126, key.getPrimeExponentP()),
            number(0x127, key.getPrimeExponentQ()),
            number(0x128, key.getCrtCoefficient()));
    assertTrue(made != 0);
  }
}
