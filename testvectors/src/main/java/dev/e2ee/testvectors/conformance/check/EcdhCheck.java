package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/** ECDH on P-256, with keys in each of the four forms. */
public final class EcdhCheck implements Check {
  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    KeyAgreement agreement = subject.agreement("ECDH");
    KeyFactory keys = subject.keys("EC");
    agreement.init(privateKey(keys, vector));
    agreement.doPhase(publicKey(keys, vector), true);
    Compare.same("shared secret", vector.hex("shared"), agreement.generateSecret());
    return null;
  }

  private static PrivateKey privateKey(KeyFactory keys, TestVector v)
      throws GeneralSecurityException, NotOfferedException {
    return switch (v.type()) {
      case "EcdhTest", "EcdhEcpointTest" -> number(keys, v.hex("private"));
      case "EcdhPemTest" ->
          keys.generatePrivate(
              new PKCS8EncodedKeySpec(Encodings.pem(v.text("private"), "PRIVATE KEY")));
      case "EcdhWebcryptoTest" ->
          number(keys, Encodings.jwk(v.json().required("private"), "EC", "P-256", "d"));
      default -> throw new IllegalArgumentException("no ECDH test: " + v.type());
    };
  }

  private static PrivateKey number(KeyFactory keys, byte[] number) throws GeneralSecurityException {
    return keys.generatePrivate(new ECPrivateKeySpec(new BigInteger(1, number), p256()));
  }

  private static PublicKey publicKey(KeyFactory keys, TestVector v)
      throws GeneralSecurityException, NotOfferedException {
    return switch (v.type()) {
      case "EcdhTest" -> keys.generatePublic(new X509EncodedKeySpec(v.hex("public")));
      case "EcdhEcpointTest" ->
          keys.generatePublic(new X509EncodedKeySpec(Encodings.ecPublic(v.hex("public"))));
      case "EcdhPemTest" ->
          keys.generatePublic(
              new X509EncodedKeySpec(Encodings.pem(v.text("public"), "PUBLIC KEY")));
      case "EcdhWebcryptoTest" -> keys.generatePublic(coordinates(v));
      default -> throw new IllegalArgumentException("no ECDH test: " + v.type());
    };
  }

  private static ECPublicKeySpec coordinates(TestVector v)
      throws GeneralSecurityException, NotOfferedException {
    var jwk = v.json().required("public");
    BigInteger x = new BigInteger(1, Encodings.jwk(jwk, "EC", "P-256", "x"));
    BigInteger y = new BigInteger(1, Encodings.jwk(jwk, "EC", "P-256", "y"));
    return new ECPublicKeySpec(new ECPoint(x, y), p256());
  }

  private static ECParameterSpec p256() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }
}
