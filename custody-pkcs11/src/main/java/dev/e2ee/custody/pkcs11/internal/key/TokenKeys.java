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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys of one token. What was read of a key is believed for a second, and in its epoch only:
 * then it is read again, and before its first use in an epoch it must answer its check, since after
 * a loss the same handle may be another key's.
 */
public final class TokenKeys {
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ALONE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * What was read of a key.
   *
   * @param since when
   * @param alone when its other generations were looked at
   */
  private record Known(TokenKey key, Epoch epoch, long since, long alone) {
    /** The key as it was read again; OLD if it was found to be, though its label says PRIMARY. */
    TokenKey asBefore(TokenKey now) {
      boolean wasOld = key.label().state() == KeyState.OLD;
      return wasOld && now.label().state() == KeyState.PRIMARY ? now.in(KeyState.OLD) : now;
    }
  }

  private final Connection connection;
  private final Works works;
  private final KeyAddress address;
  private final Map<KeyId, Known> known = new ConcurrentHashMap<>();
  private final AtomicLong forgets = new AtomicLong();

  /**
   * For one token.
   *
   * @param address which keys the custody's URI means
   */
  public TokenKeys(Connection connection, Works works, KeyAddress address) {
    this.connection = connection;
    this.works = works;
    this.address = address;
  }

  /**
   * Refuses to make a key that the URI would not mean.
   *
   * @throws CustodyException POLICY
   */
  void requireAddressed(String name) {
    if (!address.meansNew(name)) {
      throw new CustodyException(
          Kind.POLICY,
          connection.where()
              + " does not mean new keys named '"
              + name
              + "'; leave object= and id= out of the URI");
    }
  }

  /**
   * The same for the use of a new key.
   *
   * @throws CustodyException POLICY
   */
  void requireAddressed(KeyUse use) {
    if (!address.meansUse(use)) {
      throw new CustodyException(
          Kind.POLICY,
          connection.where()
              + " does not mean keys that work as "
              + use.text()
              + " does, which are of type="
              + use.type()
              + "; leave type= out of the URI");
    }
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
          TokenKey key = current(session, epoch, id, () -> inToken(session, epoch));
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

  /** All keys of ours in the token. */
  private interface All {
    List<TokenKey> read() throws CryptokiException;
  }

  private TokenKey current(CryptokiSession session, Epoch epoch, KeyId id, All all)
      throws CryptokiException {
    Known before = known.get(id);
    if (before != null && before.epoch() != epoch) {
      before = null;
    }
    if (before != null && System.nanoTime() - before.since() < BELIEVED_NANOS) {
      return before.key();
    }
    long forgetsBefore = forgets.get();
    Optional<TokenKey> read = TokenReader.find(session, epoch.token(), id);
    if (read.isEmpty()) {
      requireLogin(session, epoch);
      throw missing(id);
    }
    if (read.get().label().state() == KeyState.PENDING) {
      throw new CustodyException(
          Kind.POLICY,
          "the key with the id "
              + id
              + " is still being made, or was left behind when that was cut off");
    }
    KeyWork work = works.of(read.get().label().use());
    TokenKey now = work.complete(session, read.get());
    // [token-9]
    boolean isNew =
        before == null || !isSameObject(now, before.key()) || isNamedOtherwise(now, before);
    if (isNew) {
      work.requireAnswer(session, now);
    }
    Known fresh =
        before == null || isNew || System.nanoTime() - before.alone() > ALONE_NANOS
            ? amongOthers(epoch, now, all.read())
            : new Known(before.asBefore(now), epoch, System.nanoTime(), before.alone());
    known.put(id, fresh);
    if (forgets.get() != forgetsBefore) {
      known.remove(id, fresh); // it was read while somebody changed it
    }
    return fresh.key();
  }

  /** A writer that has a key for long looks for a higher PRIMARY now and then. [token-4] */
  private static Known amongOthers(Epoch epoch, TokenKey key, List<TokenKey> all) {
    long now = System.nanoTime();
    return new Known(settled(key, all), epoch, now, now);
  }

  /** Every key of ours in the token, whatever the URI means: proven to be all. */
  List<TokenKey> inToken(CryptokiSession session, Epoch epoch) throws CryptokiException {
    List<TokenKey> all = TokenReader.all(session, epoch.token());
    requireLogin(session, epoch);
    return all;
  }

  /** Without a login a token hides its keys, and calls that success. */
  private static void requireLogin(CryptokiSession session, Epoch epoch) throws CryptokiException {
    if (epoch.token().loginRequired() && !session.loggedIn()) {
      throw new CryptokiException("C_GetSessionInfo", Ckr.USER_NOT_LOGGED_IN.code());
    }
  }

  private static boolean isSameObject(TokenKey now, TokenKey before) {
    return now.handle() == before.handle() && now.part().equals(before.part());
  }

  private static boolean isNamedOtherwise(TokenKey now, Known before) {
    return !now.label().in(before.key().label().state()).equals(before.key().label());
  }

  private CustodyException missing(KeyId id) {
    return new CustodyException(
        Kind.MISSING,
        connection.where() + " is readable and has no key with the id " + id + "; list its keys");
  }

  /** The key of an id, checked. */
  public TokenKey find(KeyId id) {
    TokenKey found = use(id, (session, key) -> key);
    if (!address.means(found)) {
      throw missing(id);
    }
    return found;
  }

  /** The same as it was read last, however long ago; read now when that was in another epoch. */
  public TokenKey lastSeen(KeyId id) {
    Known before = known.get(id);
    return before == null || before.epoch().isOver() ? find(id) : before.key();
  }

  /** The PRIMARY generation of a name, checked; the token's keys are read once for both. */
  public TokenKey find(String name) {
    return connection.run(
        Connection.Effect.NONE,
        (session, epoch) -> {
          List<TokenKey> inToken = inToken(session, epoch);
          KeyId id = primary(meant(inToken), name).orElseThrow(() -> missing(name)).id();
          return current(session, epoch, id, () -> inToken);
        });
  }

  private CustodyException missing(String name) {
    return new CustodyException(
        Kind.MISSING,
        connection.where() + " is readable and has no key named '" + name + "'; list its keys");
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
          Optional<TokenKey> first =
              all.stream().filter(key -> key.label().state() != KeyState.PENDING).findFirst();
          if (first.isPresent()) {
            TokenKey key = first.get();
            works.of(key.label().use()).requireAnswer(session, key);
          }
          return all.size();
        });
  }

  List<TokenKey> all(CryptokiSession session, Epoch epoch) throws CryptokiException {
    return meant(inToken(session, epoch));
  }

  private List<TokenKey> meant(List<TokenKey> inToken) {
    return inToken.stream()
        .map(key -> settled(key, inToken))
        .filter(address::means)
        .sorted(
            Comparator.comparing((TokenKey key) -> key.label().name())
                .thenComparing(key -> key.label().generation())
                .thenComparing(key -> key.id().toString()))
        .toList();
  }

  /** Of several PRIMARY generations that a rotation left, the highest is it. [token-4] */
  private static TokenKey settled(TokenKey key, List<TokenKey> all) {
    return key.label().state() == KeyState.PRIMARY && !isHighestPrimary(key, all)
        ? key.in(KeyState.OLD)
        : key;
  }

  private static boolean isHighestPrimary(TokenKey key, List<TokenKey> all) {
    return all.stream()
        .filter(other -> other.label().name().equals(key.label().name()))
        .filter(other -> other.label().state() == KeyState.PRIMARY)
        .allMatch(other -> other.label().generation() <= key.label().generation());
  }

  /**
   * The highest PRIMARY generation of a name.
   *
   * @throws CustodyException AMBIGUOUS when two objects are that
   */
  static Optional<TokenKey> primary(List<TokenKey> all, String name) {
    List<TokenKey> primary =
        all.stream()
            .filter(key -> key.label().name().equals(name))
            .filter(key -> key.label().state() == KeyState.PRIMARY)
            .sorted(Comparator.comparing((TokenKey key) -> key.label().generation()).reversed())
            .toList();
    if (primary.size() > 1
        && primary.get(0).label().generation() == primary.get(1).label().generation()) {
      throw new CustodyException(
          Kind.AMBIGUOUS,
          "two keys are generation "
              + primary.get(0).label().generation()
              + " of '"
              + name
              + "'; find out which one sealed, and delete the other");
    }
    return primary.stream().findFirst();
  }

  /** Lets go of what was read: the key was changed here. */
  void forget(KeyId id) {
    forgets.incrementAndGet();
    known.remove(id);
  }
}
