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
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Signing;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Optional;

/** A handle to one generation of a device's P-256 private key in a token. */
final class DeviceKeyHandle extends CustodyKey implements PrivateKey {
  private static final long serialVersionUID = 1L;

  private final transient Pkcs11Custody custody;
  private final transient KeyId id;
  private final transient String name;
  private final transient KeyUse use;

  DeviceKeyHandle(Pkcs11Custody custody, TokenKey key) {
    this.custody = custody;
    this.id = key.id();
    this.name = key.label().name();
    this.use = key.label().use();
  }

  @Override
  public KeyDescription description() {
    return custody.describe(id);
  }

  @Override
  public CustodyKey generation(KeyId other) {
    return custody.generation(name, other);
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
    return custody
        .audit()
        .attempt(
            operation,
            attempt -> {
              attempt.on(id, 0);
              return custody
                  .keys()
                  .use(
                      id,
                      (session, key) -> {
                        attempt.on(id, key.label().generation());
                        requireInUse(key);
                        return what.with(work, session, key);
                      });
            });
  }

  private static void requireInUse(TokenKey key) {
    KeyState state = key.label().state();
    if (state == KeyState.RETIRED || state == KeyState.PENDING) {
      throw new CustodyException(
          Kind.POLICY,
          "generation "
              + key.label().generation()
              + " of '"
              + key.label().name()
              + "' is out of use; find the key again by its name");
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
