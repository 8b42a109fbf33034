package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.key.EcWork;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Signing;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Optional;

/** A handle to one generation of a device's P-256 private key in a token. */
final class DeviceKeyHandle extends TokenHandle implements PrivateKey {
  private static final long serialVersionUID = 1L;

  DeviceKeyHandle(Pkcs11Custody custody, TokenKey key) {
    super(custody, key);
  }

  @Override
  public <T> Optional<T> operation(Class<T> type) {
    if (type == EcdhAgreement.class && use == KeyUse.ECDH) {
      return Optional.of(type.cast(new Agreement()));
    }
    return type == Signing.class && use == KeyUse.ECDSA
        ? Optional.of(type.cast(new Signatures()))
        : Optional.empty();
  }

  private interface Use<T> {
    T with(EcWork work, CryptokiSession session, TokenKey key) throws CryptokiException;
  }

  private <T> T audited(String operation, Use<T> what) {
    EcWork work = custody.works().device(use);
    return attempt(
        operation,
        attempt -> {},
        (session, key) -> {
          requireInUse(key);
          return what.with(work, session, key);
        });
  }

  private static void requireInUse(TokenKey key) {
    KeyState state = key.label().state();
    if (state == KeyState.RETIRED || state == KeyState.PENDING) {
      throw notInUse(key, "is out of use; find the key again by its name");
    }
  }

  private byte[] point() {
    return audited("public-key", (work, session, key) -> work.publicPoint(session, key));
  }

  private final class Agreement implements EcdhAgreement {
    @Override
    public byte[] publicPoint() {
      return point();
    }

    @Override
    public SecretBytes agree(byte[] peerPoint) {
      return audited(
          "agree",
          (work, session, key) -> {
            try {
              Curve.P256.check(peerPoint);
            } catch (InvalidKeyException e) {
              throw new CustodyException(Kind.INTEGRITY, String.valueOf(e.getMessage()), e);
            }
            return work.agree(session, key.handle(), peerPoint);
          });
    }
  }

  private final class Signatures implements Signing {
    @Override
    public byte[] publicPoint() {
      return point();
    }

    @Override
    public byte[] sign(byte[] message) {
      return audited("sign", (work, session, key) -> work.sign(session, key.handle(), message));
    }
  }
}
