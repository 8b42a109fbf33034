package dev.e2ee.internal.primitive.curve;

import dev.e2ee.key.RawKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.JcaKeys;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * {@code KeyAgreement} {@code ECDH} on P-256 (SEC 1, section 3.3.1) and {@code X25519} (RFC 7748),
 * 32 bytes. The peer's key is checked: on its curve, in its one encoding, not of low order.
 */
public final class CurveAgreement extends KeyAgreementSpi {
  private static final Set<String> NAMES = Set.of("TlsPremasterSecret", "Generic");

  private final Engine engine;
  private final Curve curve;
  private @Nullable SecretBytes privateKey;
  private @Nullable SecretBytes agreed;

  /** For the service table. */
  public CurveAgreement(Engine engine, Curve curve) {
    this.engine = engine;
    this.curve = curve;
  }

  @Override
  protected void engineInit(@Nullable Key key, @Nullable SecureRandom random)
      throws InvalidKeyException {
    close(privateKey);
    close(agreed);
    privateKey = null;
    agreed = null;
    privateKey = JcaKeys.privateKey(curve, key);
  }

  @Override
  protected void engineInit(
      @Nullable Key key, @Nullable AlgorithmParameterSpec spec, @Nullable SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (spec != null) {
      throw new InvalidAlgorithmParameterException("this agreement has no parameters");
    }
    engineInit(key, random);
  }

  private static void close(@Nullable SecretBytes secret) {
    if (secret != null) {
      secret.close();
    }
  }

  @Override
  protected @Nullable Key engineDoPhase(@Nullable Key peer, boolean last)
      throws InvalidKeyException {
    SecretBytes own = privateKey;
    if (own == null || agreed != null) {
      throw new IllegalStateException("call init, then doPhase once");
    }
    if (!last) {
      throw new IllegalStateException("this agreement is between two: its one phase is the last");
    }
    agreed = Agreement.agree(engine, curve, own, JcaKeys.publicKey(curve, peer));
    return null;
  }

  @Override
  protected byte[] engineGenerateSecret() {
    byte[] secret = agreed().copy();
    close(agreed);
    agreed = null;
    return secret;
  }

  private SecretBytes agreed() {
    SecretBytes current = agreed;
    if (current == null) {
      throw new IllegalStateException("call init and doPhase first");
    }
    return current;
  }

  @Override
  protected int engineGenerateSecret(byte[] out, int offset) throws ShortBufferException {
    int length = agreed().length();
    if (out.length - offset < length) {
      throw new ShortBufferException("the secret needs " + length + " bytes");
    }
    byte[] secret = engineGenerateSecret();
    System.arraycopy(secret, 0, out, offset, length);
    Arrays.fill(secret, (byte) 0);
    return length;
  }

  /**
   * For TLS, which derives keys from it, and under no name in particular: a shared secret is no key
   * of AES, it has structure.
   */
  @Override
  protected SecretKey engineGenerateSecret(String algorithm) throws NoSuchAlgorithmException {
    if (!NAMES.contains(algorithm)) {
      throw new NoSuchAlgorithmException(
          "a shared secret is no key for '"
              + algorithm
              + "': derive one from generateSecret(), such as by HKDF");
    }
    byte[] secret = engineGenerateSecret();
    try {
      return RawKey.of(algorithm, secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
