package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.custody.pkcs11.internal.key.UmkWork;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/** A handle to one generation of a UMK in a token. */
final class UmkHandle extends CustodyKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient Pkcs11Custody custody;
  private final transient KeyId id;
  private final transient String name;
  private final transient KeyUse use;

  UmkHandle(Pkcs11Custody custody, TokenKey key) {
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
    return type == DekWrap.class ? Optional.of(type.cast(new Wrap())) : Optional.empty();
  }

  private final class Wrap implements DekWrap {
    private final UmkWork work = custody.works().umk(use);

    @Override
    public int wrapAlg() {
      return work.wrapAlg();
    }

    @Override
    public int wrappedLength() {
      return work.wrappedLength();
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return custody
          .audit()
          .attempt(
              "wrap",
              attempt -> {
                attempt.on(id, 0).with(aad);
                if (dek.length() != UmkWork.DEK) {
                  throw new CustodyException(
                      Kind.POLICY,
                      "a DEK has 32 bytes, not " + dek.length() + "; give the raw key");
                }
                return custody
                    .keys()
                    .use(
                        id,
                        (session, key) -> {
                          attempt.on(id, key.label().generation());
                          requireWraps(key);
                          return work.wrap(session, key, dek, aad);
                        });
              });
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      return custody
          .audit()
          .attempt(
              "unwrap",
              attempt -> {
                attempt.on(id, 0).with(aad);
                return custody
                    .keys()
                    .use(
                        id,
                        (session, key) -> {
                          attempt.on(id, key.label().generation());
                          requireUnwraps(key);
                          if (wrapped.length != work.wrappedLength()) {
                            throw notAuthentic();
                          }
                          try {
                            return work.unwrap(session, key, wrapped, aad);
                          } catch (AEADBadTagException e) {
                            throw notAuthentic();
                          }
                        });
              });
    }
  }

  private static void requireWraps(TokenKey key) {
    // [token-15]
    switch (key.label().state()) {
      case PRIMARY -> {}
      case PENDING, OLD, RETIRED ->
          throw new CustodyException(
              Kind.POLICY,
              "generation "
                  + key.label().generation()
                  + " of '"
                  + key.label().name()
                  + "' is not the one in use; find the key again by its name");
    }
  }

  private static void requireUnwraps(TokenKey key) {
    switch (key.label().state()) {
      case PRIMARY, OLD -> {}
      case PENDING, RETIRED ->
          throw new CustodyException(
              Kind.POLICY,
              "generation "
                  + key.label().generation()
                  + " of '"
                  + key.label().name()
                  + "' is out of use and opens nothing; use a copy that was re-wrapped before");
    }
  }

  private static CustodyException notAuthentic() {
    return new CustodyException(
        Kind.INTEGRITY,
        "the wrapped key is not authentic: it was altered, belongs to another record, or was"
            + " wrapped under another key");
  }
}
