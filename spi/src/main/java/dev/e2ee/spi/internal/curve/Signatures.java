package dev.e2ee.spi.internal.curve;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Signature;

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
    Signature signature = signer(engine, curve, privateKey);
    try {
      signature.update(message);
      byte[] made = signature.sign();
      return curve == Curve.P256 ? EcdsaForm.toP1363(made) : made;
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(signature.getProvider() + " cannot sign on " + curve, e);
    }
  }

  /**
   * An engine's object that signs what comes in pieces: on P-256 in DER.
   *
   * @param curve P256 or ED25519
   * @param privateKey 32 bytes; stays the caller's
   */
  public static Signature signer(Engine engine, Curve curve, SecretBytes privateKey) {
    Provider provider = engine.providerOf("Signature", name(curve), curve.algorithm());
    try {
      Signature signature = Signature.getInstance(name(curve), provider);
      signature.initSign(
          EngineKeys.privateKey(provider, curve, privateKey), engine.randomFor(provider));
      return signature;
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
    Verifier verifier = new Verifier(engine, curve, publicKey);
    verifier.update(message, 0, message.length);
    return verifier.verify(signature);
  }

  static String name(Curve curve) {
    return switch (curve) {
      case P256 -> "SHA256withECDSA";
      case ED25519 -> curve.algorithm();
      case X25519 -> throw new IllegalArgumentException("X25519 keys do not sign");
    };
  }
}
