package dev.e2ee.internal.device;

import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.hpke.AgreementKey;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.Signing;
import java.security.InvalidKeyException;
import java.security.ProviderException;

/** The private keys of a device that stay in custody: P-256, since that is what tokens have. */
public final class KeysInCustody {
  private KeysInCustody() {}

  /**
   * For agreement.
   *
   * @throws InvalidKeyException when the key is of another kind, or its custody cannot agree
   */
  public static AgreementKey agreement(CustodyKey key) throws InvalidKeyException {
    EcdhAgreement operation = operation(key, KeyKind.AGREEMENT_P256, EcdhAgreement.class);
    byte[] publicKey = operation.publicPoint().clone();
    Curve.P256.check(publicKey);
    return new AgreementKey() {
      @Override
      public Kem kem() {
        return Kem.P256;
      }

      @Override
      public byte[] publicKey() {
        return publicKey.clone();
      }

      @Override
      public SecretBytes agree(byte[] peer) throws InvalidKeyException {
        Curve.P256.check(peer);
        SecretBytes secret = agreed(operation, peer);
        if (secret.length() != Curve.PRIVATE_KEY) {
          secret.close();
          throw new ProviderException("the custody of " + key + " gave a secret of another length");
        }
        return secret;
      }
    };
  }

  /**
   * For signing.
   *
   * @throws InvalidKeyException when the key is of another kind, or its custody cannot sign
   */
  public static SigningKey signing(CustodyKey key) throws InvalidKeyException {
    Signing operation = operation(key, KeyKind.SIGNING_P256, Signing.class);
    byte[] publicKey = operation.publicPoint().clone();
    Curve.P256.check(publicKey);
    return new SigningKey() {
      @Override
      public SigningAlgorithm algorithm() {
        return SigningAlgorithm.ECDSA_P256;
      }

      @Override
      public byte[] publicKey() {
        return publicKey.clone();
      }

      @Override
      public byte[] sign(byte[] message) {
        byte[] signature = operation.sign(message.clone());
        if (signature.length != Signatures.LENGTH) {
          throw new ProviderException(
              "the custody of " + key + " gave a signature of " + signature.length + " bytes");
        }
        return signature;
      }
    };
  }

  /**
   * Checks that the public points belong to the private keys: a token may show another object's.
   *
   * @throws InvalidKeyException when one does not
   */
  public static void prove(Engine engine, AgreementKey agreement, SigningKey signing)
      throws InvalidKeyException {
    byte[] probe = engine.random(Curve.PRIVATE_KEY);
    if (!Signatures.verify(
        engine, Curve.P256, signing.publicKey(), probe, signing.sign(probe.clone()))) {
      throw new InvalidKeyException("the signing key's public point is another key's");
    }
    try (CurveKeyPair other = CurveKeyPair.generate(engine, Curve.P256);
        SecretBytes theirs = agreement.agree(other.publicKey());
        SecretBytes ours =
            Agreement.agree(engine, Curve.P256, other.privateKey(), agreement.publicKey())) {
      if (!theirs.sameBytes(ours)) {
        throw new InvalidKeyException("the agreement key's public point is another key's");
      }
    }
  }

  private static SecretBytes agreed(EcdhAgreement operation, byte[] peer)
      throws InvalidKeyException {
    try {
      return operation.agree(peer.clone());
    } catch (CustodyException e) {
      if (e.kind() == CustodyException.Kind.INTEGRITY) {
        throw new InvalidKeyException(e.getMessage(), e);
      }
      throw e;
    }
  }

  private static <T> T operation(CustodyKey key, KeyKind kind, Class<T> type)
      throws InvalidKeyException {
    if (key.description().kind() != kind) {
      throw new InvalidKeyException("needs a key in custody of the kind " + kind + ", not " + key);
    }
    return key.operation(type)
        .orElseThrow(
            () ->
                new InvalidKeyException(
                    "its custody offers no " + type.getSimpleName() + ": " + key));
  }
}
