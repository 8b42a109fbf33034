package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.custody.pkcs11.internal.key.UmkWork;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/** A handle to one generation of a UMK in a token. */
final class UmkHandle extends TokenHandle implements SecretKey {
  private static final long serialVersionUID = 1L;

  UmkHandle(Pkcs11Custody custody, TokenKey key) {
    super(custody, key);
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
    public void requireWraps() {
      UmkHandle.requireWraps(lastSeen());
    }

    @Override
    public void requireUnwraps() {
      UmkHandle.requireUnwraps(lastSeen());
    }

    @Override
    public long locks() {
      return custody.connection().locks();
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return attempt(
          "wrap",
          attempt -> {
            attempt.with(aad);
            if (dek.length() != UmkWork.DEK) {
              throw new CustodyException(
                  Kind.POLICY, "a DEK has 32 bytes, not " + dek.length() + "; give the raw key");
            }
          },
          (session, key) -> {
            UmkHandle.requireWraps(key);
            return work.wrap(session, key, dek, aad);
          });
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) {
      return attempt(
          "unwrap",
          attempt -> attempt.with(aad),
          (session, key) -> {
            UmkHandle.requireUnwraps(key);
            if (wrapped.length != work.wrappedLength()) {
              throw notAuthentic();
            }
            try {
              return work.unwrap(session, key, wrapped, aad);
            } catch (AEADBadTagException e) {
              throw notAuthentic();
            }
          });
    }
  }

  private static void requireWraps(TokenKey key) {
    // [token-15]
    switch (key.label().state()) {
      case PRIMARY -> {}
      case PENDING, OLD, RETIRED ->
          throw notInUse(key, "is not the one in use; find the key again by its name");
    }
  }

  private static void requireUnwraps(TokenKey key) {
    switch (key.label().state()) {
      case PRIMARY, OLD -> {}
      case PENDING, RETIRED ->
          throw notInUse(
              key, "is out of use and opens nothing; use a copy that was re-wrapped before");
    }
  }

  private static CustodyException notAuthentic() {
    return new CustodyException(
        Kind.INTEGRITY,
        "the wrapped key is not authentic: it was altered, belongs to another record, or was"
            + " wrapped under another key");
  }
}
