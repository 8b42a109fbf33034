package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.interop.pia.PiaActivation;
import dev.e2ee.interop.pia.PiaApproval;
import dev.e2ee.interop.pia.PiaDevice;
import dev.e2ee.interop.pia.PiaFormatException;
import dev.e2ee.interop.pia.PiaRecords;
import dev.e2ee.interop.pia.PiaRecovery;
import dev.e2ee.interop.pia.PiaRecoveryBlob;
import dev.e2ee.interop.pia.PiaRecoveryCode;
import dev.e2ee.interop.pia.PiaUmkWrap;
import dev.e2ee.interop.pia.PiaUmkWraps;
import dev.e2ee.key.UserMasterKey;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPrivateKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices, recovery, approvals and proofs of ../shared/interop/pia.json, both ways. */
@Tag("once")
class PiaDevicesTest {
  private static final HexFormat HEX = HexFormat.of();
  private static JsonNode file;
  private static byte[] umk;

  @BeforeAll
  static void read() throws Exception {
    file = new ObjectMapper().readTree(SharedFiles.ofThisProject().interop("pia.json").toFile());
    umk = HEX.parseHex(file.required("umkHex").textValue());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode device(String name) {
    return file.required("devices").required(name);
  }

  private static PiaDevice open(String name) {
    JsonNode d = device(name);
    return new PiaDevice(
        d.required("deviceId").textValue(),
        d.required("agreementPublicKey").textValue(),
        d.required("signingPublicKey").textValue());
  }

  private static DeviceIdentity identity(String name) throws Exception {
    JsonNode d = device(name);
    return DeviceIdentity.of(
        open(name).keys(),
        HEX.parseHex(d.required("agreementPrivateHex").textValue()),
        HEX.parseHex(d.required("signingPrivateHex").textValue()));
  }

  private static String nameOf(String deviceId) {
    return Stream.of("A", "B", "mallory")
        .filter(n -> device(n).required("deviceId").textValue().equals(deviceId))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "B", "mallory"})
  void devices(String name) throws Exception {
    assertEquals(device(name).required("fingerprint").textValue(), open(name).fingerprint());
    assertEquals(open(name), PiaDevice.of(identity(name).publicKeys()));
  }

  @Test
  void malformedDevicesAreRefused() {
    PiaDevice a = open("A");
    byte[] point = Base64.getDecoder().decode(a.agreementPublicKey());
    point[64] ^= 1;
    String off = Base64.getEncoder().encodeToString(point);
    String raw = Base64.getEncoder().encodeToString(java.util.Arrays.copyOfRange(point, 1, 65));
    for (String bad : List.of(off, raw, "", "!", a.agreementPublicKey() + "\n")) {
      PiaDevice wrongAgreement = new PiaDevice(a.deviceId(), bad, a.signingPublicKey());
      PiaDevice wrongSigning = new PiaDevice(a.deviceId(), a.agreementPublicKey(), bad);
      assertThrows(PiaFormatException.class, wrongAgreement::keys);
      assertThrows(PiaFormatException.class, wrongAgreement::fingerprint);
      assertThrows(PiaFormatException.class, wrongSigning::keys);
    }
    DeviceIdentity x =
        DeviceIdentity.generate("x", AgreementAlgorithm.X25519, SigningAlgorithm.ECDSA_P256);
    assertThrows(IllegalArgumentException.class, () -> PiaDevice.of(x.publicKeys()));
  }

  static List<JsonNode> wraps() {
    List<JsonNode> all = stream(file.required("umkWraps")).toList();
    assertEquals(2, all.size());
    return all;
  }

  private static PiaUmkWrap wrap(JsonNode v) {
    return new PiaUmkWrap(v.required("ciphertext").textValue(), v.required("hkdfSalt").textValue());
  }

  @ParameterizedTest
  @MethodSource("wraps")
  void unwrapsTheUmk(JsonNode v) throws Exception {
    DeviceIdentity to = identity(nameOf(v.required("to").textValue()));
    DevicePublicKeys from = open(nameOf(v.required("from").textValue())).keys();
    assertArrayEquals(umk, PiaUmkWraps.unwrap(wrap(v), to, from).getEncoded());
  }

  /** What we write is opened here with the JDK alone, as the other system does. */
  @ParameterizedTest
  @MethodSource("wraps")
  void writesWhatTheOtherSystemUnwraps(JsonNode v) throws Exception {
    String from = nameOf(v.required("from").textValue());
    String to = nameOf(v.required("to").textValue());
    PiaUmkWrap written = PiaUmkWraps.wrap(UserMasterKey.of(umk), identity(from), open(to).keys());
    // Z is static, so the file's is the one of this wrap too.
    byte[] z = HEX.parseHex(v.required("sharedSecretHex").textValue());
    byte[] info = v.required("hkdfInfo").textValue().getBytes(UTF_8);
    byte[] kek = hkdf(z, Base64.getDecoder().decode(written.hkdfSalt()), info);
    byte[] box = Base64.getDecoder().decode(written.ciphertext());
    assertArrayEquals(umk, jdkOpen(kek, box, v.required("aad").textValue().getBytes(UTF_8)));
    assertArrayEquals(
        umk, PiaUmkWraps.unwrap(written, identity(to), open(from).keys()).getEncoded());
  }

  private static byte[] hkdf(byte[] ikm, byte[] salt, byte[] info) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(salt, "HmacSHA256"));
    mac.init(new SecretKeySpec(mac.doFinal(ikm), "HmacSHA256"));
    mac.update(info);
    return mac.doFinal(new byte[] {1});
  }

  private static byte[] jdkOpen(byte[] key, byte[] box, byte[] aad) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, box, 0, 12));
    cipher.updateAAD(aad);
    return cipher.doFinal(box, 12, box.length - 12);
  }

  /** Each negative of the file that is about devices and recovery, by its name there. */
  @Test
  void refusesTheNegativesOfTheFile() throws Exception {
    List<String> names =
        stream(file.required("negative"))
            .map(n -> n.required("name").textValue())
            .filter(n -> n.startsWith("umk wrap") || n.startsWith("recovery"))
            .toList();
    assertEquals(3, names.size());
    JsonNode toB = wraps().get(1);
    for (String name : names) {
      switch (name) {
        case "umk wrap: for another device id" -> {
          DevicePublicKeys b = open("B").keys();
          DevicePublicKeys renamed =
              DevicePublicKeys.of(
                  "6f1c2d3e-0000-4a5b-8c6d-00000000000c",
                  b.agreementAlgorithm(),
                  b.agreementKey(),
                  b.signingAlgorithm(),
                  b.signingKey());
          JsonNode d = device("B");
          DeviceIdentity other =
              DeviceIdentity.of(
                  renamed,
                  HEX.parseHex(d.required("agreementPrivateHex").textValue()),
                  HEX.parseHex(d.required("signingPrivateHex").textValue()));
          assertThrows(
              AEADBadTagException.class,
              () -> PiaUmkWraps.unwrap(wrap(toB), other, open("A").keys()));
        }
        case "recovery blob opened without AAD (as the public document says)" -> {
          JsonNode r = file.required("recovery");
          byte[] kek = HEX.parseHex(r.required("kekHex").textValue());
          byte[] box =
              Base64.getDecoder().decode(r.required("blob").required("ciphertext").textValue());
          assertThrows(AEADBadTagException.class, () -> jdkOpen(kek, box, new byte[0]));
        }
        case "recovery blob opened with AAD pia-recovery-wrap-v1" -> {
          try (PiaRecoveryCode code = code("code")) {
            assertArrayEquals(umk, PiaRecovery.unwrap(blob(), code).getEncoded());
          }
        }
        default -> throw new AssertionError("a negative that this test does not know: " + name);
      }
    }
  }

  @Test
  void everyBitOfAWrapMatters() throws Exception {
    JsonNode toB = wraps().get(1);
    DeviceIdentity b = identity("B");
    DevicePublicKeys a = open("A").keys();
    byte[] box = Base64.getDecoder().decode(wrap(toB).ciphertext());
    for (int bit = 0; bit < box.length * 8; bit += 3) {
      byte[] flipped = box.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      PiaUmkWrap altered =
          new PiaUmkWrap(Base64.getEncoder().encodeToString(flipped), wrap(toB).hkdfSalt());
      assertThrows(AEADBadTagException.class, () -> PiaUmkWraps.unwrap(altered, b, a));
    }
    DevicePublicKeys mallory = open("mallory").keys();
    assertThrows(AEADBadTagException.class, () -> PiaUmkWraps.unwrap(wrap(toB), b, mallory));
    for (PiaUmkWrap bad :
        List.of(
            new PiaUmkWrap("", wrap(toB).hkdfSalt()),
            new PiaUmkWrap(wrap(toB).ciphertext(), ""),
            new PiaUmkWrap(wrap(toB).ciphertext() + "=", wrap(toB).hkdfSalt()),
            new PiaUmkWrap(wrap(toB).hkdfSalt(), wrap(toB).hkdfSalt()))) {
      assertThrows(PiaFormatException.class, () -> PiaUmkWraps.unwrap(bad, b, a));
    }
  }

  private static PiaRecoveryCode code(String member) throws PiaFormatException {
    return PiaRecoveryCode.parse(
        file.required("recovery").required(member).textValue().toCharArray());
  }

  private static PiaRecoveryBlob blob() {
    JsonNode b = file.required("recovery").required("blob");
    return new PiaRecoveryBlob(
        b.required("ciphertext").textValue(),
        b.required("kdfSalt").textValue(),
        b.required("kdfMemoryCostKb").intValue(),
        b.required("kdfTimeCost").intValue(),
        b.required("kdfParallelism").intValue());
  }

  @Test
  void recovers() throws Exception {
    JsonNode r = file.required("recovery");
    try (PiaRecoveryCode code = code("code")) {
      assertEquals(r.required("code").textValue(), new String(code.text()));
    }
    for (JsonNode also : r.required("alsoAccepted")) {
      try (PiaRecoveryCode code = PiaRecoveryCode.parse(also.textValue().toCharArray())) {
        assertArrayEquals(umk, PiaRecovery.unwrap(blob(), code).getEncoded());
      }
    }
    for (JsonNode not : r.required("notAccepted")) {
      assertThrows(
          PiaFormatException.class, () -> PiaRecoveryCode.parse(not.textValue().toCharArray()));
    }
  }

  @Test
  void writesWhatTheOtherSystemRecovers() throws Exception {
    try (PiaRecoveryCode code = PiaRecoveryCode.generate()) {
      String text = new String(code.text());
      assertTrue(text.matches("([A-Z2-7]{4}-){6}[A-Z2-7]{2}"), text);
      PiaRecoveryBlob blob = PiaRecovery.wrap(UserMasterKey.of(umk), code);
      assertEquals(65536, blob.kdfMemoryCostKb());
      byte[] kek =
          dev.e2ee.argon2.Argon2id.derive(
              dev.e2ee.argon2.Argon2Cost.DEFAULT,
              text.replace("-", "").getBytes(UTF_8),
              Base64.getDecoder().decode(blob.kdfSalt()),
              32);
      assertArrayEquals(
          umk,
          jdkOpen(
              kek,
              Base64.getDecoder().decode(blob.ciphertext()),
              "pia-recovery-wrap-v1".getBytes(UTF_8)));
      try (PiaRecoveryCode typed =
              PiaRecoveryCode.parse(text.toLowerCase(Locale.ROOT).toCharArray());
          PiaRecoveryCode other = PiaRecoveryCode.generate()) {
        assertArrayEquals(umk, PiaRecovery.unwrap(blob, typed).getEncoded());
        assertThrows(AEADBadTagException.class, () -> PiaRecovery.unwrap(blob, other));
      }
    }
  }

  /** Threat 5: the server says what the derivation costs. */
  @Test
  void costsOutOfBoundsAreRefusedAtOnce() throws Exception {
    PiaRecoveryBlob b = blob();
    int[][] costs = {
      {8, 3, 4},
      {19455, 3, 4},
      {1 << 30, 3, 4},
      {-1, 3, 4},
      {65536, 1, 4},
      {65536, 1_000_000, 4},
      {65536, 3, 0},
      {65536, 3, 1 << 20},
      {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE}
    };
    try (PiaRecoveryCode code = code("code")) {
      for (int[] c : costs) {
        PiaRecoveryBlob bad = new PiaRecoveryBlob(b.ciphertext(), b.kdfSalt(), c[0], c[1], c[2]);
        assertThrows(PiaFormatException.class, () -> PiaRecovery.unwrap(bad, code));
      }
    }
  }

  private static PiaApproval approval() {
    return new PiaApproval(
        file.required("activationProofs").get(1).required("onboardingSessionId").textValue(),
        open("B"),
        wrap(wraps().get(1)));
  }

  private static String signature(String version) {
    return file.required("approvals").required(version).required("signature").textValue();
  }

  @Test
  void approvals() throws Exception {
    DevicePublicKeys a = open("A").keys();
    assertTrue(approval().isSignedBy(a, signature("v2")));
    assertTrue(approval().isSignedInsecurelyBy(a, signature("v1")));
    // Threat 11: version 1 is never taken for version 2.
    assertFalse(approval().isSignedBy(a, signature("v1")));
    assertFalse(approval().isSignedInsecurelyBy(a, signature("v2")));
    assertFalse(approval().isSignedBy(open("mallory").keys(), signature("v2")));
    PiaApproval swapped =
        new PiaApproval(approval().onboardingSessionId(), open("B"), wrap(wraps().get(0)));
    assertFalse(swapped.isSignedBy(a, signature("v2")));
    assertTrue(swapped.isSignedInsecurelyBy(a, signature("v1")), "what version 1 does not cover");
    assertFalse(
        new PiaApproval(approval().onboardingSessionId(), open("mallory"), approval().wrap())
            .isSignedBy(a, signature("v2")));
    for (String bad : List.of("", "AAAA", signature("v2").substring(4))) {
      assertThrows(PiaFormatException.class, () -> approval().isSignedBy(a, bad));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new PiaApproval("a:b", open("B"), approval().wrap()));
  }

  /** What we sign is verified here with the JDK alone. */
  @Test
  void signsWhatTheOtherSystemVerifies() throws Exception {
    byte[] signature = Base64.getDecoder().decode(approval().sign(identity("A")));
    java.security.Signature verifier =
        java.security.Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
    verifier.initVerify(jdkKey(open("A").signingPublicKey()));
    verifier.update(
        file.required("approvals")
            .required("v2")
            .required("signedText")
            .textValue()
            .getBytes(UTF_8));
    assertTrue(verifier.verify(signature));
  }

  private static java.security.PublicKey jdkKey(String point) throws Exception {
    byte[] bytes = Base64.getDecoder().decode(point);
    KeyFactory factory = KeyFactory.getInstance("EC", "SunEC");
    PrivateKey any =
        factory.generatePrivate(
            new ECPrivateKeySpec(BigInteger.TWO, ((ECPrivateKey) generated()).getParams()));
    return factory.generatePublic(
        new java.security.spec.ECPublicKeySpec(
            new java.security.spec.ECPoint(
                new BigInteger(1, bytes, 1, 32), new BigInteger(1, bytes, 33, 32)),
            ((ECPrivateKey) any).getParams()));
  }

  private static PrivateKey generated() throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(new java.security.spec.ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair().getPrivate();
  }

  @Test
  void activationProofs() {
    for (JsonNode p : file.required("activationProofs")) {
      UserMasterKey key = UserMasterKey.of(HEX.parseHex(p.required("umkHex").textValue()));
      assertEquals(p.required("proofKey").textValue(), PiaActivation.proofKey(key));
      assertEquals(
          p.required("proof").textValue(),
          PiaActivation.proof(key, p.required("onboardingSessionId").textValue()));
    }
  }

  /** Threat 9: a record without ciphertext in an encrypted account. */
  @Test
  void plaintextInAnEncryptedAccountIsRefused() throws Exception {
    RecordContext context = RecordContext.of("u", "memory", "1");
    try (PiaRecords records = PiaRecords.with(UserMasterKey.of(umk))) {
      var sealed = records.seal(new byte[] {'{', '}'}, context);
      assertArrayEquals(
          new byte[] {'{', '}'},
          records.open(sealed.wrappedDek(), sealed.encryptedPayload(), context));
      assertThrows(
          PiaFormatException.class, () -> records.open(sealed.wrappedDek(), null, context));
      assertThrows(
          PiaFormatException.class, () -> records.open(null, sealed.encryptedPayload(), context));
      assertThrows(PiaFormatException.class, () -> records.open(null, null, context));
      assertThrows(PiaFormatException.class, () -> records.open("", "", context));
    }
  }
}
