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
import java.util.List;
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
   * The pair of a private key alone. The engine, which is constant-time, multiplies the base point:
   * that of Ed25519 on X25519's curve, where the scalar and the point are the same.
   *
   * @param privateKey 32 bytes, which the pair takes over; on failure they are closed
   * @throws InvalidKeyException when it is none
   */
  public static CurveKeyPair ofPrivate(Engine engine, Curve curve, SecretBytes privateKey)
      throws InvalidKeyException {
    boolean found = false;
    try {
      CurveKeyPair pair =
          switch (curve) {
            case X25519 -> new CurveKeyPair(curve, privateKey, product(engine, curve, privateKey));
            case P256 ->
                fitting(
                    engine, curve, privateKey, P256Point.withX(product(engine, curve, privateKey)));
            case ED25519 -> {
              try (SecretBytes scalar = scalar(engine, privateKey)) {
                byte[] u = product(engine, Curve.X25519, scalar);
                yield fitting(engine, curve, privateKey, Curve25519.edwardsPoints(u));
              }
            }
          };
      found = true;
      return pair;
    } finally {
      if (!found) {
        privateKey.close();
      }
    }
  }

  private static byte[] product(Engine engine, Curve curve, SecretBytes scalar)
      throws InvalidKeyException {
    try (SecretBytes product = Agreement.agree(engine, curve, scalar, curve.basePoint())) {
      return product.copy();
    }
  }

  /** RFC 8032, section 5.1.5; X25519 clears and sets the same bits of it. */
  private static SecretBytes scalar(Engine engine, SecretBytes seed) {
    byte[] bytes = seed.copy();
    byte[] hash = engine.sha512(bytes);
    try {
      return SecretBytes.adopt(Arrays.copyOf(hash, Curve.PRIVATE_KEY));
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(hash, (byte) 0);
    }
  }

  private static CurveKeyPair fitting(
      Engine engine, Curve curve, SecretBytes privateKey, List<byte[]> points)
      throws InvalidKeyException {
    for (byte[] point : points) {
      CurveKeyPair pair = new CurveKeyPair(curve, privateKey, point);
      if (pair.belongsTogether(engine)) {
        return pair;
      }
    }
    throw new InvalidKeyException("the private key is not usable on " + curve);
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
