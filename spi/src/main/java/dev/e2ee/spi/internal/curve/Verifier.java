package dev.e2ee.spi.internal.curve;

import dev.e2ee.spi.internal.crypto.Engine;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Verifies one signature on a message that comes in pieces: by the engine, once the signature has
 * the only form that it can have.
 */
public final class Verifier {
  private final Curve curve;
  private final byte[] publicKey;
  private final Provider provider;
  private final Signature signature;

  /**
   * Besides the engine's own, for the few signatures that it may get wrong; none on Ed25519, and in
   * the FIPS profile, where the module alone computes.
   */
  private final @Nullable MessageDigest digest;

  /**
   * For a public key that was checked.
   *
   * @param curve P256 or ED25519
   */
  public Verifier(Engine engine, Curve curve, byte[] publicKey) {
    String name = Signatures.name(curve);
    this.curve = curve;
    this.publicKey = publicKey.clone();
    this.provider = engine.providerOf("Signature", name, curve.algorithm());
    this.digest =
        curve == Curve.P256 && !engine.isApprovedOnly() ? engine.messageDigest("SHA-256") : null;
    try {
      signature = Signature.getInstance(name, provider);
      signature.initVerify(EngineKeys.publicKey(provider, curve, publicKey));
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw failed(e);
    }
  }

  private ProviderException failed(Throwable cause) {
    return new ProviderException(provider + " cannot verify on " + curve, cause);
  }

  /** More of the message. */
  public void update(byte[] in, int offset, int length) {
    if (digest != null) {
      digest.update(in, offset, length);
    }
    try {
      signature.update(in, offset, length);
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw failed(e);
    }
  }

  /**
   * Whether it is that of the key's owner on this message. The object is not used again.
   *
   * @param raw 64 bytes: r || s, or R || S; false for another length
   */
  public boolean verify(byte[] raw) {
    if (raw.length != Signatures.LENGTH) {
      return false;
    }
    byte[] second = Arrays.copyOfRange(raw, Signatures.LENGTH / 2, Signatures.LENGTH);
    if (curve == Curve.ED25519) {
      return Curve25519.littleEndian(second).compareTo(Curve25519.ORDER) < 0
          && enginesVerdict(raw.clone());
    }
    BigInteger r = new BigInteger(1, raw, 0, Signatures.LENGTH / 2);
    BigInteger s = new BigInteger(1, second);
    if (!EcdsaForm.inRange(r) || !EcdsaForm.inRange(s)) {
      return false;
    }
    return (digest != null && P256Point.mayBeReduced(r))
        ? P256Verification.verifies(publicKey, digest.digest(), r, s)
        : enginesVerdict(EcdsaForm.toDer(raw));
  }

  private boolean enginesVerdict(byte[] encoded) {
    try {
      return signature.verify(encoded);
    } catch (SignatureException e) {
      return false; // some engines throw for one that is not valid
    } catch (RuntimeException | AssertionError e) {
      throw failed(e);
    }
  }
}
