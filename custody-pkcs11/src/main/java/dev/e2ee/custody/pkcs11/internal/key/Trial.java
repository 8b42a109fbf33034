package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token can do, tried with keys that end with their session; what it claims proves nothing.
 */
public final class Trial {
  private final Connection connection;
  private final Works works;
  private final Engine engine;
  private volatile @Nullable Set<KeyUse> proven;

  /** For one token. */
  public Trial(Connection connection, Works works, Engine engine) {
    this.connection = connection;
    this.works = works;
    this.engine = engine;
  }

  /** The uses that passed, tried at the first call. */
  public Set<KeyUse> proven() {
    Set<KeyUse> before = proven;
    if (before != null) {
      return before;
    }
    Set<KeyUse> found = EnumSet.noneOf(KeyUse.class);
    for (KeyUse use : KeyUse.values()) {
      if (passes(use)) {
        found.add(use);
      }
    }
    proven = found;
    return found;
  }

  /** How a new key of this kind will work: the first use that passed. [token-11] */
  public KeyUse useFor(KeyKind kind) {
    Optional<KeyUse> first = proven().stream().filter(use -> use.kind() == kind).findFirst();
    return first.orElseThrow(
        () ->
            new CustodyException(
                Kind.UNSUPPORTED,
                connection.where()
                    + " was tried and cannot hold a key of the kind "
                    + kind
                    + ": e2ee custody probe URI shows what it can do"));
  }

  /**
   * Whether the token does it as it must.
   *
   * @throws CustodyException when it is sick, which says nothing of what it can do
   */
  public boolean passes(KeyUse use) {
    try {
      connection.<Boolean>run(
          Connection.Effect.NONE,
          (session, epoch) -> {
            attempt(session, use);
            return true;
          });
      return true;
    } catch (CustodyException e) {
      return switch (e.kind()) {
        case UNSUPPORTED, DENIED, TOO_LARGE, POLICY, MISSING -> false;
        case LOCKED,
            AUTH_FAILED,
            AUTH_LOCKED_OUT,
            CANCELLED,
            REMOVED,
            AMBIGUOUS,
            TRANSIENT,
            TIMEOUT,
            EXHAUSTED,
            INTEGRITY,
            CORRUPT,
            CONFLICT,
            CLOSED ->
            throw e;
      };
    }
  }

  private void attempt(CryptokiSession session, KeyUse use) throws CryptokiException {
    KeyWork work = works.of(use);
    KeyId id = KeyId.of(engine.random(KeyId.LENGTH));
    KeyLabel label =
        new KeyLabel("trial", 1, KeyState.PENDING, use, Instant.now().getEpochSecond(), "");
    long handle = work.make(session, id, label.text(), false);
    try {
      byte[] check = work.check(session, handle, id, KeyIdentity.of(id, label));
      work.test(session, new TokenKey(handle, id, label.checkedBy(check), Residency.ISOLATED));
    } finally {
      clear(session, id);
    }
  }

  private static void clear(CryptokiSession session, KeyId id) throws CryptokiException {
    for (long handle : TokenReader.handles(session, id)) {
      try {
        session.destroy(handle);
      } catch (CryptokiException e) {
        if (Ckr.damage(e.code()) != Ckr.Damage.NONE) {
          throw e;
        }
      }
    }
  }
}
