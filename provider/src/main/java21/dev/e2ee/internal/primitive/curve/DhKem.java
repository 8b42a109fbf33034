package dev.e2ee.internal.primitive.curve;

import dev.e2ee.internal.device.KeysInMemory;
import dev.e2ee.internal.hpke.AgreementKey;
import dev.e2ee.internal.hpke.Hpke;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.internal.jca.Refusals;
import dev.e2ee.key.RawKey;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.JcaKeys;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.DecapsulateException;
import javax.crypto.KEM;
import javax.crypto.KEMSpi;
import javax.crypto.SecretKey;

/**
 * {@code KEM} {@code DHKEM}, RFC 9180, section 4.1, with HKDF-SHA256: on P-256 and X25519, by the
 * keys given. Secrets of 32 bytes, or a range of them; encapsulations of 65 and 32. The ephemeral
 * key is drawn inside, whatever the caller's {@code SecureRandom}.
 */
public final class DhKem implements KEMSpi {
  private static final int SECRET = 32;

  private final Engine engine;

  /** For the service table. */
  public DhKem(Engine engine) {
    this.engine = engine;
  }

  @Override
  public EncapsulatorSpi engineNewEncapsulator(
      PublicKey key, AlgorithmParameterSpec spec, SecureRandom random)
      throws InvalidAlgorithmParameterException, InvalidKeyException {
    requireNone(spec);
    Curve curve = approved(curveOf(key));
    return new Encapsulator(new Hpke(engine, Kem.of(curve)), curve, JcaKeys.publicKey(curve, key));
  }

  @Override
  public DecapsulatorSpi engineNewDecapsulator(PrivateKey key, AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException, InvalidKeyException {
    requireNone(spec);
    Curve curve = approved(curveOf(key));
    CurveKeyPair pair = CurveKeyPair.ofPrivate(engine, curve, JcaKeys.privateKey(curve, key));
    return new Decapsulator(
        new Hpke(engine, Kem.of(curve)), curve, KeysInMemory.agreement(engine, pair));
  }

  private static void requireNone(AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (spec != null) {
      throw new InvalidAlgorithmParameterException("DHKEM has no parameters: the key says it all");
    }
  }

  private static Curve curveOf(Key key) throws InvalidKeyException {
    if (key == null) {
      throw new InvalidKeyException("needs a key for P-256 or X25519, not null");
    }
    return switch (key.getAlgorithm()) {
      case "EC" -> Curve.P256;
      case "X25519", "XDH" -> Curve.X25519;
      default -> throw new InvalidKeyException("needs a key for P-256 or X25519");
    };
  }

  private Curve approved(Curve curve) throws InvalidKeyException {
    if (curve == Curve.X25519 && engine.isApprovedOnly()) {
      throw Refusals.key(
          new NotApprovedException("X25519", NotApprovedException.alternativeTo("X25519")));
    }
    return curve;
  }

  private static SecretKey part(SecretBytes secret, int from, int to, String algorithm) {
    byte[] all = secret.copy();
    byte[] part = Arrays.copyOfRange(all, from, to);
    try {
      return RawKey.of(algorithm, part);
    } finally {
      Arrays.fill(all, (byte) 0);
      Arrays.fill(part, (byte) 0);
    }
  }

  private static void check(int from, int to, String algorithm) {
    Objects.checkFromToIndex(from, to, SECRET);
    Objects.requireNonNull(algorithm, "algorithm");
    if (from == to) {
      throw new UnsupportedOperationException("a key of no bytes");
    }
  }

  private record Encapsulator(Hpke hpke, Curve curve, byte[] recipient) implements EncapsulatorSpi {
    @Override
    public KEM.Encapsulated engineEncapsulate(int from, int to, String algorithm) {
      check(from, to, algorithm);
      try (Hpke.Encapsulated made = hpke.encap(recipient)) {
        return new KEM.Encapsulated(
            part(made.sharedSecret(), from, to, algorithm), made.enc(), null);
      } catch (InvalidKeyException e) {
        throw new ProviderException("a checked key was refused", e);
      }
    }

    @Override
    public int engineSecretSize() {
      return SECRET;
    }

    @Override
    public int engineEncapsulationSize() {
      return curve.publicKeyLength();
    }
  }

  private record Decapsulator(Hpke hpke, Curve curve, AgreementKey own) implements DecapsulatorSpi {
    @Override
    public SecretKey engineDecapsulate(byte[] encapsulation, int from, int to, String algorithm)
        throws DecapsulateException {
      check(from, to, algorithm);
      try (SecretBytes secret = hpke.decap(encapsulation, own)) {
        return part(secret, from, to, algorithm);
      } catch (InvalidKeyException e) {
        throw new DecapsulateException("not an encapsulated key: " + e.getMessage(), e);
      }
    }

    @Override
    public int engineSecretSize() {
      return SECRET;
    }

    @Override
    public int engineEncapsulationSize() {
      return curve.publicKeyLength();
    }
  }
}
