package dev.e2ee.spi.internal.curve;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;

/**
 * ECDSA on P-256 with SHA-256 (FIPS 186-5) and Ed25519 (RFC 8032), by the engine. A signature has
 * 64 bytes: r || s in IEEE P1363 form, or R || S.
 */
public final class Signatures {
  /** The length of every signature in bytes. */
  public static final int LENGTH = 64;

  private Signatures() {}

  /**
   * Signs a message.
   *
   * @param curve P256 or ED25519
   * @param privateKey 32 bytes; stays the caller's
   */
  public static byte[] sign(Engine engine, Curve curve, SecretBytes privateKey, byte[] message) {
    Provider provider = engine.providerOf("Signature", name(curve), curve.algorithm());
    try {
      Signature signature = Signature.getInstance(name(curve), provider);
      signature.initSign(
          EngineKeys.privateKey(provider, curve, privateKey), engine.randomFor(provider));
      signature.update(message);
      byte[] made = signature.sign();
      return curve == Curve.P256 ? EcdsaForm.toP1363(made) : made;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider + " cannot sign on " + curve, e);
    }
  }

  /**
   * Whether a signature is that of this key's owner on this message. Another length, numbers out of
   * their range, or bytes behind it are none. Of ECDSA there are two, with s and with the order
   * less s: whoever sees one can write the other.
   *
   * @param curve P256 or ED25519
   * @throws InvalidKeyException when the public key is not valid
   */
  public static boolean verify(
      Engine engine, Curve curve, byte[] publicKey, byte[] message, byte[] signature)
      throws InvalidKeyException {
    curve.check(publicKey);
    if (signature.length != LENGTH) {
      return false;
    }
    byte[] second = Arrays.copyOfRange(signature, LENGTH / 2, LENGTH);
    if (curve == Curve.ED25519) {
      return Curve25519.littleEndian(second).compareTo(Curve25519.ORDER) < 0
          && enginesVerdict(engine, curve, publicKey, message, signature.clone());
    }
    BigInteger r = new BigInteger(1, signature, 0, LENGTH / 2);
    BigInteger s = new BigInteger(1, second);
    if (!EcdsaForm.inRange(r) || !EcdsaForm.inRange(s)) {
      return false;
    }
    return P256Point.mayBeReduced(r)
        ? P256Point.verifies(publicKey, engine.sha256(message), r, s)
        : enginesVerdict(engine, curve, publicKey, message, EcdsaForm.toDer(signature));
  }

  private static boolean enginesVerdict(
      Engine engine, Curve curve, byte[] publicKey, byte[] message, byte[] signature) {
    Provider provider = engine.providerOf("Signature", name(curve), curve.algorithm());
    try {
      Signature verifier = Signature.getInstance(name(curve), provider);
      verifier.initVerify(EngineKeys.publicKey(provider, curve, publicKey));
      verifier.update(message);
      return accepted(verifier, signature);
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider + " cannot verify on " + curve, e);
    }
  }

  /** Some engines throw for a signature that is not valid. */
  private static boolean accepted(Signature verifier, byte[] signature) {
    try {
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false;
    }
  }

  private static String name(Curve curve) {
    return switch (curve) {
      case P256 -> "SHA256withECDSA";
      case ED25519 -> curve.algorithm();
      case X25519 -> throw new IllegalArgumentException("X25519 keys do not sign");
    };
  }
}
