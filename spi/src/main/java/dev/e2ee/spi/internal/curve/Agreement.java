package dev.e2ee.spi.internal.curve;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.ProviderException;
import javax.crypto.KeyAgreement;

/** Diffie-Hellman with a private key in memory, by the engine, after {@link Curve#check}. */
public final class Agreement {
  private Agreement() {}

  /**
   * The shared secret, 32 bytes, which the caller closes: the X coordinate on P-256 (SEC 1, section
   * 3.3.1), the u coordinate for X25519 (RFC 7748, section 6.1).
   *
   * @param privateKey 32 bytes; stays the caller's
   * @param peer public key
   * @throws InvalidKeyException when the peer's key is not valid
   */
  public static SecretBytes agree(Engine engine, Curve curve, SecretBytes privateKey, byte[] peer)
      throws InvalidKeyException {
    curve.check(peer);
    byte[] secret = computed(engine, curve, privateKey, peer);
    if (secret.length != Curve.PRIVATE_KEY) {
      throw new ProviderException("the engine agreed on " + secret.length + " bytes for " + curve);
    }
    int any = 0;
    for (byte b : secret) {
      any |= b;
    }
    // RFC 7748, section 6.1. The check of the key should have refused it before.
    if (curve == Curve.X25519 && any == 0) {
      throw new InvalidKeyException("the X25519 public key gives the secret 0");
    }
    return SecretBytes.adopt(secret);
  }

  private static byte[] computed(Engine engine, Curve curve, SecretBytes privateKey, byte[] peer) {
    String name = curve == Curve.P256 ? "ECDH" : curve.algorithm();
    Provider provider = engine.providerOf("KeyAgreement", name, curve.algorithm());
    try {
      KeyAgreement agreement = KeyAgreement.getInstance(name, provider);
      agreement.init(EngineKeys.privateKey(provider, curve, privateKey));
      agreement.doPhase(EngineKeys.publicKey(provider, curve, peer), true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider + " cannot agree on " + curve, e);
    }
  }
}
