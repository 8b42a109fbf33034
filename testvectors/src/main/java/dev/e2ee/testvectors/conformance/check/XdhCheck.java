package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/** X25519, with keys in each of the four forms. */
public final class XdhCheck implements Check {
  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    KeyAgreement agreement = subject.agreement("X25519", "XDH");
    KeyFactory keys = subject.keys("X25519", "XDH");
    agreement.init(keys.generatePrivate(new PKCS8EncodedKeySpec(privateKey(vector))));
    agreement.doPhase(keys.generatePublic(new X509EncodedKeySpec(publicKey(vector))), true);
    Compare.same("shared secret", vector.hex("shared"), agreement.generateSecret());
    return null;
  }

  private static byte[] privateKey(TestVector v) throws NotOfferedException {
    return switch (v.type()) {
      case "XdhComp" -> Encodings.xdhPrivate(v.hex("private"));
      case "XdhAsnComp" -> v.hex("private");
      case "XdhPemComp" -> Encodings.pem(v.text("private"), "PRIVATE KEY");
      case "XdhJwkComp" ->
          Encodings.xdhPrivate(Encodings.jwk(v.json().required("private"), "OKP", "X25519", "d"));
      default -> throw new IllegalArgumentException("no X25519 test: " + v.type());
    };
  }

  private static byte[] publicKey(TestVector v) throws NotOfferedException {
    return switch (v.type()) {
      case "XdhComp" -> Encodings.xdhPublic(v.hex("public"));
      case "XdhAsnComp" -> v.hex("public");
      case "XdhPemComp" -> Encodings.pem(v.text("public"), "PUBLIC KEY");
      case "XdhJwkComp" ->
          Encodings.xdhPublic(Encodings.jwk(v.json().required("public"), "OKP", "X25519", "x"));
      default -> throw new IllegalArgumentException("no X25519 test: " + v.type());
    };
  }
}
