package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.custody.pkcs11.internal.session.Epoch;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The keys of one token. What was read of a key is believed for a second, and in its epoch only:
 * then it is read again, and before its first use in an epoch it must answer its check, since after
 * a loss the same handle may be another key's.
 */
public final class TokenKeys {
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Known(TokenKey key, Epoch epoch, long since) {}

  private final Connection connection;
  private final Works works;
  private final Predicate<TokenKey> addressed;
  private final Map<KeyId, Known> known = new ConcurrentHashMap<>();

  /**
   * For one token.
   *
   * @param addressed which keys the custody's URI means
   */
  public TokenKeys(Connection connection, Works works, Predicate<TokenKey> addressed) {
    this.connection = connection;
    this.works = works;
    this.addressed = addressed;
  }

  /** What is done with a key. */
  public interface Use<T> {
    /** Does it. */
    T with(CryptokiSession session, TokenKey key) throws CryptokiException;
  }

  /** Does something with the key of an id, checked. */
  public <T> T use(KeyId id, Use<T> work) {
    return connection.run(
        Connection.Effect.NONE,
        (session, epoch) -> {
          TokenKey key = current(session, epoch, id);
          try {
            return work.with(session, key);
          } catch (CryptokiException e) {
            if (Ckr.damage(e.code()) != Ckr.Damage.NONE) {
              known.remove(id);
            }
            throw e;
          }
        });
  }

  private TokenKey current(CryptokiSession session, Epoch epoch, KeyId id)
      throws CryptokiException {
    Known before = known.get(id);
    if (before != null && before.epoch() != epoch) {
      before = null;
    }
    if (before != null && System.nanoTime() - before.since() < BELIEVED_NANOS) {
      return before.key();
    }
    TokenKey now = TokenReader.find(session, epoch.token(), id).orElseThrow(() -> missing(id));
    // [token-9]
    if (before == null || now.handle() != before.key().handle() || isNamedOtherwise(now, before)) {
      requireAnswer(session, now);
    }
    known.put(id, new Known(now, epoch, System.nanoTime()));
    return now;
  }

  private static boolean isNamedOtherwise(TokenKey now, Known before) {
    return !now.label().in(before.key().label().state()).equals(before.key().label());
  }

  private void requireAnswer(CryptokiSession session, TokenKey key) throws CryptokiException {
    byte[] check = HexFormat.of().parseHex(key.label().check());
    byte[] identity = KeyIdentity.of(key.id(), key.label());
    KeyWork work = works.of(key.label().use());
    if (!work.answers(session, key.handle(), key.id(), identity, check)) {
      throw new CustodyException(
          Kind.CORRUPT,
          "the key with the id "
              + key.id()
              + " does not answer as its label says: it is another key, or its label was changed."
              + " Nothing was done with it; compare the token with a backup");
    }
  }

  private CustodyException missing(KeyId id) {
    return new CustodyException(
        Kind.MISSING,
        connection.where() + " is readable and has no key with the id " + id + "; list its keys");
  }

  /** The key of an id, checked. */
  public TokenKey find(KeyId id) {
    TokenKey found = use(id, (session, key) -> key);
    if (!addressed.test(found)) {
      throw missing(id);
    }
    return found;
  }

  /** The PRIMARY generation of a name, checked. */
  public TokenKey find(String name) {
    List<TokenKey> all = all();
    TokenKey primary =
        primary(all, name)
            .orElseThrow(
                () ->
                    new CustodyException(
                        Kind.MISSING,
                        connection.where()
                            + " is readable and has no key named '"
                            + name
                            + "'; list its keys"));
    return find(primary.id());
  }

  /** All keys that the URI means, by name and generation. */
  public List<TokenKey> all() {
    return connection.run(Connection.Effect.NONE, this::all);
  }

  /**
   * Asks one key, if there is any, for its check, in the session epoch that there is now.
   *
   * @return how many keys there are
   * @throws CustodyException when something is wrong; nothing was done about it
   */
  public int canary() {
    return connection.peek(
        (session, epoch) -> {
          List<TokenKey> all = all(session, epoch);
          if (!all.isEmpty()) {
            requireAnswer(session, all.get(0));
          }
          return all.size();
        });
  }

  List<TokenKey> all(CryptokiSession session, Epoch epoch) throws CryptokiException {
    return settled(TokenReader.all(session, epoch.token())).stream()
        .filter(addressed)
        .sorted(
            Comparator.comparing((TokenKey key) -> key.label().name())
                .thenComparing(key -> key.label().generation())
                .thenComparing(key -> key.id().toString()))
        .toList();
  }

  /** Of several PRIMARY generations that a rotation left, the highest is it. [token-4] */
  private static List<TokenKey> settled(List<TokenKey> all) {
    return all.stream()
        .map(
            key ->
                key.label().state() == KeyState.PRIMARY && !isHighestPrimary(key, all)
                    ? new TokenKey(
                        key.handle(), key.id(), key.label().in(KeyState.OLD), key.residency())
                    : key)
        .toList();
  }

  private static boolean isHighestPrimary(TokenKey key, List<TokenKey> all) {
    return all.stream()
        .filter(other -> other.label().name().equals(key.label().name()))
        .filter(other -> other.label().state() == KeyState.PRIMARY)
        .allMatch(other -> other.label().generation() <= key.label().generation());
  }

  static Optional<TokenKey> primary(List<TokenKey> all, String name) {
    return all.stream()
        .filter(key -> key.label().name().equals(name))
        .filter(key -> key.label().state() == KeyState.PRIMARY)
        .max(Comparator.comparing(key -> key.label().generation()));
  }

  /** Lets go of what was read: the key was changed here. */
  void forget(KeyId id) {
    known.remove(id);
  }
}
