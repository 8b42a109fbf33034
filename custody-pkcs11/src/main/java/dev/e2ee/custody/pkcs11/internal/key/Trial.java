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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a token can do, tried with keys that end with their session; what it claims proves nothing.
 */
public final class Trial {
  private final Connection connection;
  private final Works works;
  private final Engine engine;
  private volatile @Nullable Map<KeyUse, String> refused;

  /** For one token. */
  public Trial(Connection connection, Works works, Engine engine) {
    this.connection = connection;
    this.works = works;
    this.engine = engine;
  }

  /** The uses that passed, tried at the first call. */
  public Set<KeyUse> proven() {
    Set<KeyUse> found = EnumSet.allOf(KeyUse.class);
    found.removeAll(refused().keySet());
    return found;
  }

  /** The uses that did not pass, with what each failed at; tried at the first call. */
  public Map<KeyUse, String> refused() {
    Map<KeyUse, String> before = refused;
    if (before != null) {
      return before;
    }
    Map<KeyUse, String> found = new EnumMap<>(KeyUse.class);
    for (KeyUse use : KeyUse.values()) {
      refusal(use).ifPresent(why -> found.put(use, why));
    }
    refused = found;
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
   * What the token does not do as it must; empty when it does everything.
   *
   * @throws CustodyException when it is sick, which says nothing of what it can do
   */
  private Optional<String> refusal(KeyUse use) {
    try {
      connection.<Boolean>run(
          Connection.Effect.NONE,
          (session, epoch) -> {
            attempt(session, use);
            return true;
          });
      return Optional.empty();
    } catch (CustodyException e) {
      return switch (e.kind()) {
        case UNSUPPORTED, DENIED, TOO_LARGE, POLICY, MISSING ->
            Optional.of(
                String.valueOf(
                    (e.getCause() instanceof CryptokiException answer ? answer : e).getMessage()));
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
    KeyLabel label = label(use);
    long handle = work.make(session, id, label.text(), false);
    try {
      byte[] check = work.check(session, handle, id, KeyIdentity.of(id, label));
      work.test(session, new TokenKey(handle, id, label.checkedBy(check), Residency.ISOLATED));
    } finally {
      clear(session, id);
    }
  }

  private static KeyLabel label(KeyUse use) {
    return new KeyLabel("trial", 1, KeyState.PENDING, use, Instant.now().getEpochSecond(), "");
  }

  /**
   * Does something with a key of its own, in as many threads as it likes; the key ends with it.
   *
   * @param work gets the key as the token shows it
   */
  public <T> T withKey(KeyUse use, Function<TokenKey, T> work) {
    KeyId id = KeyId.of(engine.random(KeyId.LENGTH));
    try {
      return work.apply(
          connection.run(
              Connection.Effect.CHANGES,
              (session, epoch) -> {
                works.of(use).make(session, id, label(use).text(), false);
                return TokenReader.find(session, epoch.token(), id)
                    .orElseThrow(
                        () ->
                            new CustodyException(
                                Kind.UNSUPPORTED, "the token does not find what it has made"));
              }));
    } finally {
      clearQuietly(id);
    }
  }

  /** What cannot be deleted now ends with its session. */
  private void clearQuietly(KeyId id) {
    try {
      connection.<Boolean>run(
          Connection.Effect.NONE,
          (session, epoch) -> {
            clear(session, id);
            return true;
          });
    } catch (CustodyException e) {
      return; // the first error is the one to tell
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
