package dev.e2ee.testvectors.fips;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.Suite;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The FIPS profile in a JVM of its own that is approved-only and has lost the JDK's ciphers and
 * curves: what is approved works, and is what other engines make; what is not is refused with what
 * to take in its place; no error of the module escapes.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the answers
class FipsProfileTest {
  private static final byte[] MESSAGE = "sealed elsewhere".getBytes(UTF_8);

  private static Map<String, String> answers;

  @TempDir static Path temporary;

  private static Envelope onTheJdk() throws Exception {
    return Envelope.with(UserMasterKey.of(FipsActions.UMK), new E2eeProvider().configure("jdk"));
  }

  @BeforeAll
  static void runs() throws Exception {
    byte[] one = onTheJdk().seal(MESSAGE, FipsActions.CONTEXT);
    byte[] two = onTheJdk().withSuite(Suite.AES_256_GCM_CHUNKED).seal(MESSAGE, FipsActions.CONTEXT);
    answers = answers(HexFormat.of().formatHex(one), HexFormat.of().formatHex(two));
  }

  private static Map<String, String> answers(String... envelopes)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-De2ee.engine=fips",
                "-Djava.io.tmpdir=" + temporary,
                "-Dorg.bouncycastle.fips.approved_only=true",
                "-cp",
                System.getProperty("java.class.path"),
                FipsChild.class.getName(),
                envelopes[0],
                envelopes[1])
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    child.getOutputStream().close();
    String said = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, child.waitFor(), said);
    Map<String, String> answers = new LinkedHashMap<>();
    said.lines()
        .forEach(
            line -> {
              int at = line.indexOf(" = ");
              assertTrue(at > 0, said);
              answers.put(line.substring(0, at), line.substring(at + 3));
            });
    return answers;
  }

  private static String answer(String name) {
    String answer = answers.get(name);
    assertTrue(answer != null, () -> name + " was not done: " + answers.keySet());
    return String.valueOf(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "approved only, gave true",
    "envelope approved, gave true",
    "open suite 2, gave sealed elsewhere",
    "rewrap suite 1, gave 167",
    "generated UMK, gave true",
    "GCM without a nonce, gave 12 a message",
    "GCM nonces differ, gave 100",
    "KWP, gave 40",
    "HMAC, gave 32",
    "join, gave true true",
    "ECDSA, gave true",
    "Ed25519, gave true",
    "key file under a slot key, gave true 129 true 6 7 true 5",
    "key in another custody, gave false false",
    "device key, gave true",
    "API token, gave true",
    "store, gave true",
    "Acontext token, gave true",
    "odd lengths, gave true"
  })
  void whatIsApprovedWorks(String action, String expected) {
    assertEquals(expected, answer(action));
  }

  /** The exception that JCA or our API has for it, caused by the one that names the alternative. */
  @ParameterizedTest
  @CsvSource({
    "open suite 1, UnsupportedEnvelopeException, engine without the profile, true",
    "force suite 1, NotApprovedException, suite 2, false",
    "force suite 1 by Cipher, InvalidAlgorithmParameterException, suite 2, true",
    "GCM under a nonce, InvalidAlgorithmParameterException, without parameters, true",
    "HMAC of a short key, InvalidKeyException, 112 bits, true",
    "PBKDF2 of a short password, InvalidKeySpecException, 14 bytes or more, true",
    "PBKDF2 of a short salt, InvalidKeySpecException, 16 or more, true",
    "PBKDF2 once, InvalidKeySpecException, iterations or more, true",
    "HKDF of a short secret, InvalidKeySpecException, 112 bits, true",
    "PIA recovery, NotApprovedException, RecoveryWrap, false",
    "store under a passphrase, NotApprovedException, an export for a device, false",
    "Acontext verifier, NotApprovedException, look-up value, false",
    "Starfish identity, NotApprovedException, KeyCustody, false",
    "Argon2id, NoSuchAlgorithmException, PBKDF2WithHmacSHA512, true",
    "device with X25519, NotApprovedException, AgreementAlgorithm.P256, false",
    "X25519, NoSuchAlgorithmException, AgreementAlgorithm.P256, true",
    "key file under a passphrase, CustodyException, slot key, true"
  })
  void whatIsNotApprovedIsRefused(
      String action, String exception, String alternative, boolean caused) {
    String answer = answer(action);
    assertTrue(answer.startsWith("threw " + exception + ": "), answer);
    assertTrue(answer.contains("not approved in the FIPS profile: take "), answer);
    assertTrue(answer.contains(alternative), answer);
    assertEquals(caused, answer.endsWith(" < NotApprovedException"), answer);
  }

  @Test
  void noErrorOfTheModuleEscapes() {
    answers.forEach((name, answer) -> assertFalse(answer.contains("Error"), name + ": " + answer));
  }

  @Test
  void eachServiceSaysWhetherItIsApproved() {
    Map<String, String> notApproved = new TreeMap<>();
    for (String refused :
        List.of("KeyAgreement.X25519", "KeyFactory.X25519", "SecretKeyFactory.Argon2id")) {
      notApproved.put(refused, "refused");
    }
    if (Runtime.version().feature() >= 25 && hasKdf()) {
      notApproved.put("KDF.Argon2id", "refused");
    }
    for (String others :
        List.of(
            "AlgorithmParameters.E2EE-DekWrap",
            "AlgorithmParameters.E2EE-Envelope",
            "AlgorithmParameters.E2EE-RecoveryWrap",
            "Cipher.E2EE-DeviceWrap",
            "KeyStore.E2EE-Custody")) {
      notApproved.put(others, "had");
    }
    assertEquals("gave " + notApproved, answer("services"));
    assertTrue(answer("info").contains("approved-only"), answer("info"));
  }

  /** On the class path the classes of later JDKs are not seen: only in the jar. */
  private static boolean hasKdf() {
    return new E2eeProvider().getService("KDF", "Argon2id") != null;
  }

  /** Outside the profile nothing says that it is approved. */
  @ParameterizedTest
  @ValueSource(strings = {"jdk", "bcfips", "accp"})
  void withoutTheProfileNothingIs(String engine) throws Exception {
    E2eeProvider provider = new E2eeProvider().configure(engine);
    assertFalse(provider.isApprovedOnly());
    provider
        .getServices()
        .forEach(s -> assertFalse(provider.isApproved(s.getType(), s.getAlgorithm())));
    assertFalse(Envelope.with(UserMasterKey.of(FipsActions.UMK), provider).isApproved());
  }

  /** [envelope-55] Suite 2, whatever the length; and any other engine opens it. */
  @ParameterizedTest
  @CsvSource({"seal, 5", "seal by Cipher, 70000"})
  void whatItSealsIsSuite2AndOpensElsewhere(String action, int length) throws Exception {
    byte[] envelope = HexFormat.of().parseHex(answer(action).substring("gave ".length()));
    assertEquals(Suite.AES_256_GCM_CHUNKED, Envelope.inspect(envelope).suite());
    assertArrayEquals(new byte[length], onTheJdk().open(envelope, FipsActions.CONTEXT));
  }

  @Test
  void whatItDerivesIsWhatOthersDerive() throws Exception {
    E2eeProvider jdk = new E2eeProvider().configure("jdk");
    assertEquals("gave " + FipsActions.hkdf(jdk), answer("HKDF"));
    assertEquals("gave " + FipsActions.pbkdf2(jdk, "fourteen bytes", 16), answer("PBKDF2"));
  }
}
