package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The vectors of wrapAlg 2, 3 and 4, opened by a custody over a real token, into which the test
 * puts their keys: no custody would.
 */
class TokenVectorTest {
  // [token-8] [token-10] [token-19] [token-22] [token-24] [token-25] [token-26]
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
          DynamicTest.dynamicTest(
              group.get("type").asText(),
              () -> {
                if (group.get("type").asText().equals("TokenKwKey")) {
                  checkKeys(group);
                } else {
                  checkGroup(group);
                }
              }));
    }
    assertEquals(file.get("numberOfTests").asInt(), tests);
    return groups.build();
  }

  /** openCryptoki's software token has no AES-KW. */
  private static RealToken.Made token(JsonNode keys) throws Exception {
    return isKw(keys) ? RealToken.SOFTHSM.make() : RealToken.OPENCRYPTOKI.make();
  }

  private static boolean isKw(JsonNode keys) {
    return keys.get("use").asText().equals("kw");
  }

  private static void checkGroup(JsonNode group) throws Exception {
    JsonNode keys = group.get("keys");
    RealToken.Made token = token(keys);
    KeyId id = KeyId.of(hex(keys, "keyId"));
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.list();
      TokenKey key;
      try (RawToken raw = new RawToken(token)) {
        if (isKw(keys)) {
          putKw(raw, keys, label(keys, kwCheck(keys)));
        } else if (keys.has("umk")) {
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
      int wrapAlg = isKw(keys) ? 3 : keys.has("umk") ? 2 : 4;
      assertEquals(wrapAlg, custody.works().umk(key.label().use()).wrapAlg());
      for (JsonNode test : group.get("tests")) {
        check(custody, key, test);
      }
    }
  }

  /** By its CHECK the key is known again, before anything is told of a wrap. */
  private static void checkKeys(JsonNode group) throws Exception {
    JsonNode keys = group.get("keys");
    RealToken.Made token = token(keys);
    KeyId id = KeyId.of(hex(keys, "keyId"));
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.list();
      long object;
      try (RawToken raw = new RawToken(token)) {
        putKw(raw, keys, "not of ours");
        object = raw.find(attribute(RawToken.ID, id.toBytes()))[0];
        for (JsonNode test : group.get("tests")) {
          assertEquals(1, raw.find(attribute(RawToken.ID, hex(test, "macId"))).length);
        }
      }
      byte[] altered = new byte[72];
      altered[0] = 1;
      for (JsonNode test : group.get("tests")) {
        KeyLabel label =
            KeyLabel.parse(
                    label(
                        keys,
                        test.get("name").asText(),
                        test.get("created").asText(),
                        test.get("check").asText()))
                .orElseThrow();
        TokenKey key = new TokenKey(object, id, label, Residency.ISOLATED);
        assertEquals(Optional.empty(), unwrapped(custody, key, altered, new byte[0]));
        TokenKey other =
            new TokenKey(object, id, label.checkedBy(new byte[16]), Residency.ISOLATED);
        CustodyException e =
            assertThrows(
                CustodyException.class, () -> unwrapped(custody, other, altered, new byte[0]));
        assertEquals(Kind.CORRUPT, e.kind());
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
                  new TokenKey(
                      handle(session, key),
                      key.id(),
                      key.label(),
                      key.residency(),
                      part(session, key));
              try (SecretBytes dek = umk.unwrap(session, now, wrap, aad)) {
                return Optional.of(dek.copy());
              } catch (AEADBadTagException e) {
                return Optional.empty();
              }
            });
  }

  private static long handle(CryptokiSession session, TokenKey key) throws CryptokiException {
    long objectClass =
        key.label().use() == KeyUse.HMAC || key.label().use() == KeyUse.KW
            ? Template.SECRET_KEY
            : Template.PRIVATE_KEY;
    return session
        .find(Template.ofClass(objectClass).with(Attribute.ID, key.id().toBytes()))
        .get(0);
  }

  /** As if it had been made there. */
  private static OptionalLong part(CryptokiSession session, TokenKey key) throws CryptokiException {
    return switch (key.label().use()) {
      case KW -> OptionalLong.of(session.find(ofId(partId("e2ee-token-mac-v1", key.id()))).get(0));
      case OAEP_3072, OAEP_2048 ->
          OptionalLong.of(
              session
                  .find(
                      ofId(partId("e2ee-token-signer-v1", key.id()))
                          .with(Attribute.CLASS, Template.PRIVATE_KEY))
                  .get(0));
      default -> OptionalLong.empty();
    };
  }

  private static Template ofId(byte[] id) {
    return Template.empty().with(Attribute.ID, id);
  }

  private static byte[] partId(String title, KeyId id) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(ascii(title + "\0"));
      return Arrays.copyOf(hash.digest(id.toBytes()), KeyId.LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
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
    if (test.get("error").asText().equals("fault")) {
      CustodyException e =
          assertThrows(CustodyException.class, () -> unwrapped(custody, key, wrap, aad), comment);
      assertNotEquals(Kind.INTEGRITY, e.kind(), comment);
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
    return label(keys, NAME, "0", check);
  }

  private static String label(JsonNode keys, String name, String created, String check) {
    return String.join(
        ":",
        "e2ee:1",
        name,
        keys.get("generation").asText(),
        "primary",
        keys.get("use").asText(),
        created,
        check);
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

  private static byte[] mac(byte[] key, byte[]... parts) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  private static void putHmac(RawToken raw, JsonNode keys) throws Exception {
    String check = HEX.formatHex(mac(hex(keys, "umk"), identity(keys, 2)), 0, 16);
    putSecret(raw, 0x10L, hex(keys, "umk"), hex(keys, "keyId"), label(keys, check), RawToken.SIGN);
  }

  private static String kwCheck(JsonNode keys) throws Exception {
    Cipher kw = Cipher.getInstance("AES/KW/NoPadding");
    kw.init(Cipher.WRAP_MODE, new SecretKeySpec(hex(keys, "umk"), "AES"));
    byte[] zeros = kw.wrap(new SecretKeySpec(new byte[32], "AES"));
    return HEX.formatHex(mac(hex(keys, "mac"), identity(keys, 7), zeros), 0, 16);
  }

  private static void putKw(RawToken raw, JsonNode keys, String label) throws Exception {
    byte[] id = hex(keys, "keyId");
    byte[] macId = partId("e2ee-token-mac-v1", KeyId.of(id));
    putSecret(raw, 0x1fL, hex(keys, "umk"), id, label, 0x106L, 0x107L);
    String macLabel = "e2ee-mac:1:" + HEX.formatHex(id);
    putSecret(raw, 0x10L, hex(keys, "mac"), macId, macLabel, RawToken.SIGN);
  }

  private static void putSecret(
      RawToken raw, long type, byte[] value, byte[] id, String label, long... purposes)
      throws Exception {
    List<CK_ATTRIBUTE> attributes =
        new ArrayList<>(
            List.of(
                attribute(RawToken.CLASS, 4L),
                attribute(RawToken.KEY_TYPE, type),
                attribute(RawToken.TOKEN, true),
                attribute(RawToken.PRIVATE, true),
                attribute(RawToken.VALUE, value),
                attribute(RawToken.ID, id),
                attribute(RawToken.LABEL, label)));
    for (long purpose : purposes) {
      attributes.add(attribute(purpose, true));
    }
    raw.create(attributes.toArray(CK_ATTRIBUTE[]::new));
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
    byte[] signerId = partId("e2ee-token-signer-v1", KeyId.of(id));
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

  /** A pair that somebody brings in. */
  static void put(RawToken raw, RSAPrivateCrtKey key, long purpose, byte[] id, String label)
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
