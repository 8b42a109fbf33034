package dev.e2ee.spi.internal.curve;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A private key in memory and the public key that belongs to it.
 *
 * @param curve of both
 * @param privateKey 32 bytes: big-endian for P-256, as RFC 7748 and RFC 8032 have it for the others
 * @param publicKey as {@link Curve} has it
 */
@SuppressWarnings("ArrayRecordComponent") // equal to itself only
public record CurveKeyPair(Curve curve, SecretBytes privateKey, byte[] publicKey)
    implements AutoCloseable {
  private static final int BITS_25519 = 255;

  /** Makes one with the engine's own randomness. */
  public static CurveKeyPair generate(Engine engine, Curve curve) {
    Provider provider = engine.providerOf("KeyPairGenerator", curve.algorithm());
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(curve.algorithm(), provider);
      initialise(generator, curve, engine.randomFor(provider));
      KeyPair made = generator.generateKeyPair();
      byte[] publicKey = curve.fromX509(made.getPublic().getEncoded());
      return new CurveKeyPair(curve, JcaKeys.privateKey(curve, made.getPrivate()), publicKey);
    } catch (GeneralSecurityException | RuntimeException | AssertionError e) {
      throw new ProviderException(provider + " makes no usable keys for " + curve, e);
    }
  }

  /**
   * With our randomness for the JDK's generators; other engines have their own, which a validated
   * module insists on.
   */
  private static void initialise(
      KeyPairGenerator generator, Curve curve, @Nullable SecureRandom random)
      throws GeneralSecurityException {
    ECGenParameterSpec p256 = new ECGenParameterSpec("secp256r1");
    if (random != null && curve == Curve.P256) {
      generator.initialize(p256, random);
    } else if (random != null) {
      generator.initialize(BITS_25519, random);
    } else if (curve == Curve.P256) {
      generator.initialize(p256);
    }
  }

  /**
   * From keys of elsewhere, which are copied.
   *
   * @throws InvalidKeyException when the private key has not 32 bytes, or the public key is not
   *     valid or does not belong to it
   */
  public static CurveKeyPair of(Engine engine, Curve curve, byte[] privateKey, byte[] publicKey)
      throws InvalidKeyException {
    curve.check(publicKey);
    if (privateKey.length != Curve.PRIVATE_KEY) {
      throw new InvalidKeyException("a private key has 32 bytes, not " + privateKey.length);
    }
    SecretBytes secret = SecretBytes.copyOf(privateKey);
    boolean right = false;
    try {
      CurveKeyPair pair = new CurveKeyPair(curve, secret, publicKey.clone());
      right = curve.isPrivateKey(privateKey) && pair.belongsTogether(engine);
      if (!right) {
        throw new InvalidKeyException("the public key does not belong to the private key");
      }
      return pair;
    } finally {
      if (!right) {
        secret.close();
      }
    }
  }

  /**
   * The pair of a private key alone. The engine, which is constant-time, multiplies the base point.
   *
   * @param curve P256 or X25519
   * @param privateKey 32 bytes, which the pair takes over; on failure they are closed
   * @throws InvalidKeyException when it is none
   */
  public static CurveKeyPair ofPrivate(Engine engine, Curve curve, SecretBytes privateKey)
      throws InvalidKeyException {
    byte[] product;
    try (SecretBytes secret = Agreement.agree(engine, curve, privateKey, curve.basePoint())) {
      product = secret.copy();
    } catch (InvalidKeyException | RuntimeException e) {
      privateKey.close();
      throw e;
    }
    if (curve == Curve.X25519) {
      return new CurveKeyPair(curve, privateKey, product);
    }
    boolean found = false;
    try {
      for (byte[] point : P256Point.withX(product)) {
        CurveKeyPair pair = new CurveKeyPair(curve, privateKey, point);
        if (pair.belongsTogether(engine)) {
          found = true;
          return pair;
        }
      }
    } finally {
      if (!found) {
        privateKey.close();
      }
    }
    throw new InvalidKeyException("the private key is not usable on P-256");
  }

  /**
   * By a signature, which shows the sign of a point too; on X25519 by the product with the base
   * point 9.
   */
  private boolean belongsTogether(Engine engine) throws InvalidKeyException {
    if (curve == Curve.X25519) {
      try (SecretBytes product = Agreement.agree(engine, curve, privateKey, curve.basePoint());
          SecretBytes claimed = SecretBytes.copyOf(publicKey)) {
        return product.sameBytes(claimed);
      }
    }
    byte[] probe = engine.random(Curve.PRIVATE_KEY);
    byte[] signature = Signatures.sign(engine, curve, privateKey, probe);
    return Signatures.verify(engine, curve, publicKey, probe, signature);
  }

  /** 32 bytes, big-endian. */
  static byte[] fixed(BigInteger number) {
    byte[] signed = number.toByteArray();
    int length = Math.min(signed.length, Curve.PRIVATE_KEY);
    byte[] out = new byte[Curve.PRIVATE_KEY];
    System.arraycopy(signed, signed.length - length, out, out.length - length, length);
    Arrays.fill(signed, (byte) 0);
    return out;
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** Wipes the private key. */
  @Override
  public void close() {
    privateKey.close();
  }

  /** Equal to itself only: it holds a secret. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "CurveKeyPair[" + curve + "]";
  }
}
