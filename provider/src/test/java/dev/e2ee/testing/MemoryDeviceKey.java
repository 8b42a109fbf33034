package dev.e2ee.testing;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import dev.e2ee.spi.key.Signing;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * A P-256 key of a device in a custody that lives in memory and computes with the JDK alone; it
 * answers as a test tells it to.
 */
public final class MemoryDeviceKey extends CustodyKey implements PrivateKey {
  private static final long serialVersionUID = 1L;

  private final transient KeyPair pair;
  private final transient KeyDescription description;
  private transient @Nullable CustodyException failure;
  private transient KeyPair shown;
  private transient int signatureLength = 64;
  private transient int secretLength = 32;

  private MemoryDeviceKey(KeyKind kind) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      this.pair = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    this.shown = pair;
    this.description =
        new KeyDescription(
            "device",
            1,
            KeyId.of(ReferenceEnvelope.random(16)),
            kind,
            KeyState.PRIMARY,
            Instant.EPOCH,
            Residency.MEMORY);
  }

  /** For agreement. */
  public static MemoryDeviceKey agreement() {
    return new MemoryDeviceKey(KeyKind.AGREEMENT_P256);
  }

  /** For signing. */
  public static MemoryDeviceKey signing() {
    return new MemoryDeviceKey(KeyKind.SIGNING_P256);
  }

  /** From now on every operation fails so. */
  public void failWith(CustodyException told) {
    failure = told;
  }

  /** From now on signatures and secrets have these lengths. */
  public void cutTo(int signature, int secret) {
    signatureLength = signature;
    secretLength = secret;
  }

  @Override
  public KeyDescription description() {
    return description;
  }

  @Override
  public CustodyKey generation(KeyId id) {
    throw new CustodyException(CustodyException.Kind.MISSING, "no such generation");
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    Object offered = description.kind() == KeyKind.AGREEMENT_P256 ? new Agreement() : new Signer();
    return type.isInstance(offered) ? Optional.of(type.cast(offered)) : Optional.empty();
  }

  /** From now on it shows the public point of another key. */
  public void showPointOf(MemoryDeviceKey other) {
    shown = other.pair;
  }

  private byte[] point() {
    ECPoint w = ((ECPublicKey) shown.getPublic()).getW();
    byte[] point = new byte[65];
    point[0] = 4;
    put(w.getAffineX(), point, 1);
    put(w.getAffineY(), point, 33);
    return point;
  }

  private static void put(BigInteger number, byte[] out, int offset) {
    byte[] bytes = number.toByteArray();
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, out, offset + 32 - length, length);
  }

  private void failIfTold() {
    if (failure != null) {
      throw failure;
    }
  }

  private final class Agreement implements EcdhAgreement {
    @Override
    public byte[] publicPoint() {
      return point();
    }

    @Override
    public SecretBytes agree(byte[] peer) {
      failIfTold();
      try {
        ECPoint w = new ECPoint(new BigInteger(1, peer, 1, 32), new BigInteger(1, peer, 33, 32));
        PublicKey other =
            KeyFactory.getInstance("EC", "SunEC")
                .generatePublic(
                    new ECPublicKeySpec(w, ((ECPublicKey) pair.getPublic()).getParams()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH", "SunEC");
        agreement.init(pair.getPrivate());
        agreement.doPhase(other, true);
        return SecretBytes.adopt(java.util.Arrays.copyOf(agreement.generateSecret(), secretLength));
      } catch (GeneralSecurityException e) {
        throw new CustodyException(CustodyException.Kind.INTEGRITY, "no such point", e);
      }
    }
  }

  private final class Signer implements Signing {
    @Override
    public byte[] publicPoint() {
      return point();
    }

    @Override
    public byte[] sign(byte[] message) {
      failIfTold();
      try {
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return java.util.Arrays.copyOf(signature.sign(), signatureLength);
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }
  }
}
