package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies signatures. */
public final class SignatureCheck implements Check {
  private final List<String> keys;
  private final List<String> signatures;

  private SignatureCheck(List<String> keys, List<String> signatures) {
    this.keys = keys;
    this.signatures = signatures;
  }

  /** {@code EddsaVerify}. */
  public static SignatureCheck ed25519() {
    return new SignatureCheck(List.of("Ed25519", "EdDSA"), List.of("Ed25519", "EdDSA"));
  }

  /** {@code EcdsaVerify}: signatures in DER. */
  public static SignatureCheck ecdsa() {
    return new SignatureCheck(List.of("EC"), List.of("SHA256withECDSA"));
  }

  /** {@code EcdsaP1363Verify}: r || s. */
  public static SignatureCheck ecdsaP1363() {
    return new SignatureCheck(
        List.of("EC"), List.of("SHA256withECDSAinP1363Format", "SHA256withPLAIN-ECDSA"));
  }

  /** A key that the JDK reads for the subject, and refuses, says nothing of the subject. */
  private static PublicKey key(KeyFactory reader, Subject subject, byte[] encoded)
      throws GeneralSecurityException, NotOfferedException {
    try {
      return reader.generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      if (subject.providers().contains(reader.getProvider())) {
        throw e;
      }
      throw new NotOfferedException("keys, which the JDK reads for it, and refuses: this one");
    }
  }

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException {
    Signature signature = subject.signature(signatures.toArray(String[]::new));
    byte[] encoded = HexFormat.of().parseHex(vector.group().required("publicKeyDer").textValue());
    PublicKey key = key(subject.keys(keys.toArray(String[]::new)), subject, encoded);
    signature.initVerify(key);
    signature.update(vector.hex("msg"));
    if (!signature.verify(vector.hex("sig"))) {
      throw new RejectedException("verify says false");
    }
    return null;
  }
}
