package dev.e2ee.internal.device;

import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.hpke.AgreementKey;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import java.security.InvalidKeyException;

/** The private keys of a device in this JVM. */
public final class KeysInMemory {
  private KeysInMemory() {}

  /** For agreement; the pair stays the caller's to close. */
  public static AgreementKey agreement(Engine engine, CurveKeyPair pair) {
    Kem kem = Kem.of(pair.curve());
    return new AgreementKey() {
      @Override
      public Kem kem() {
        return kem;
      }

      @Override
      public byte[] publicKey() {
        return pair.publicKey();
      }

      @Override
      public SecretBytes agree(byte[] peer) throws InvalidKeyException {
        return Agreement.agree(engine, pair.curve(), pair.privateKey(), peer);
      }
    };
  }

  /** For signing; the pair stays the caller's to close. */
  public static SigningKey signing(Engine engine, SigningAlgorithm algorithm, CurveKeyPair pair) {
    return new SigningKey() {
      @Override
      public SigningAlgorithm algorithm() {
        return algorithm;
      }

      @Override
      public byte[] publicKey() {
        return pair.publicKey();
      }

      @Override
      public byte[] sign(byte[] message) {
        return Signatures.sign(engine, pair.curve(), pair.privateKey(), message);
      }
    };
  }
}
