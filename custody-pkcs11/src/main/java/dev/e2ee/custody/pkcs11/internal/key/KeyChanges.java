package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.custody.pkcs11.internal.session.Epoch;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes and retires keys in a token. A key is made PENDING, read back, tried, and only then becomes
 * PRIMARY; what a crash leaves behind was never used. Two writers of one name step back from each
 * other, so that none replaces the other's key. Section 5 of {@code testvectors/spec/token.md}.
 */
public final class KeyChanges {
  /** For rivals: SoftHSM hides an object from other processes while one of them rewrites it. */
  private static final int LOOKS = 5;

  private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Connection connection;
  private final TokenKeys keys;
  private final Works works;
  private final Engine engine;
  private final Optional<KeyUse> wanted;

  /**
   * For the keys of one token.
   *
   * @param wanted the one use of UMKs that may be made; without it, each
   */
  public KeyChanges(
      Connection connection, TokenKeys keys, Works works, Engine engine, Optional<KeyUse> wanted) {
    this.connection = connection;
    this.keys = keys;
    this.works = works;
    this.engine = engine;
    this.wanted = wanted;
  }

  /**
   * Makes generation 1 of a new name.
   *
   * @throws CustodyException CONFLICT when the name is taken, UNSUPPORTED when the token cannot
   *     make such a key that stays in it
   */
  public TokenKey generate(String name, KeyUse use) {
    keys.requireAddressed(name);
    keys.requireAddressed(use);
    return connection.runAlone(
        (session, epoch) -> {
          for (TokenKey other : ofName(session, epoch, name)) {
            if (!Leftovers.sweptAway(session, works, other)) {
              throw taken(name);
            }
          }
          return make(session, epoch, name, 1, use);
        });
  }

  /**
   * Makes the next generation of a name, of the same use, and makes it PRIMARY.
   *
   * @throws CustodyException MISSING, CONFLICT; POLICY when another use is wanted
   */
  public TokenKey rotate(String name) {
    keys.requireAddressed(name);
    return connection.runAlone(
        (session, epoch) -> {
          List<TokenKey> all = ofName(session, epoch, name);
          TokenKey before =
              TokenKeys.primary(all, name)
                  .orElseThrow(
                      () ->
                          new CustodyException(
                              Kind.MISSING,
                              connection.where() + " has no key named '" + name + "' to rotate"));
          keys.requireAddressed(before.label().use());
          requireWanted(before);
          for (TokenKey other : all) {
            if (other.label().state() == KeyState.PENDING
                && !Leftovers.sweptAway(session, works, other)) {
              throw new CustodyException(
                  Kind.CONFLICT, "another rotation of '" + name + "' is under way; wait for it");
            }
          }
          works.of(before.label().use()).requireAnswer(session, before);
          TokenKey made = make(session, epoch, name, next(all), before.label().use());
          for (TokenKey other : ofName(session, epoch, name)) {
            if (other.label().state() == KeyState.PRIMARY
                && other.label().generation() < made.label().generation()) {
              relabel(session, other, other.label().in(KeyState.OLD));
            }
          }
          return made;
        });
  }

  /** A generation of another use than was asked for is not made without a word. [token-11] */
  private void requireWanted(TokenKey before) {
    KeyUse use = before.label().use();
    if (wanted.isPresent() && use.kind() == KeyKind.UMK && wanted.get() != use) {
      throw new CustodyException(
          Kind.POLICY,
          "'"
              + before.label().name()
              + "' wraps as "
              + use.text()
              + ", as its next generation would, and the URI asks for wrap="
              + wanted.get().text()
              + ": leave that out, or generate a key of another name and move the records to it");
    }
  }

  private int next(List<TokenKey> all) {
    int highest = all.stream().mapToInt(key -> key.label().generation()).max().orElseThrow();
    if (highest == Integer.MAX_VALUE) {
      throw new CustodyException(
          Kind.EXHAUSTED,
          connection.where()
              + " has a key of the last generation that there can be; find out who made it, and"
              + " move its records to a key of another name");
    }
    return highest + 1;
  }

  /**
   * Takes a generation out of use; it stays in the token.
   *
   * @throws CustodyException POLICY for a PRIMARY generation
   */
  public TokenKey retire(KeyId id) {
    return connection.run(
        Connection.Effect.CHANGES,
        (session, epoch) -> {
          TokenKey key =
              keys.all(session, epoch).stream()
                  .filter(found -> found.id().equals(id))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new CustodyException(
                              Kind.MISSING, connection.where() + " has no key with the id " + id));
          if (key.label().state() == KeyState.PRIMARY) {
            throw new CustodyException(
                Kind.POLICY,
                "generation "
                    + key.label().generation()
                    + " of '"
                    + key.label().name()
                    + "' is the one in use; rotate it first");
          }
          // As its label is: of a rotation that was cut off it may say PRIMARY.
          TokenKey written = readBack(session, epoch, id);
          return relabel(session, written, written.label().in(KeyState.RETIRED));
        });
  }

  private List<TokenKey> ofName(CryptokiSession session, Epoch epoch, String name)
      throws CryptokiException {
    return keys.inToken(session, epoch).stream()
        .filter(key -> key.label().name().equals(name))
        .toList();
  }

  private CustodyException taken(String name) {
    return new CustodyException(
        Kind.CONFLICT,
        connection.where()
            + " has a key named '"
            + name
            + "' already; rotate it, or take another"
            + " name");
  }

  private TokenKey make(
      CryptokiSession session, Epoch epoch, String name, int generation, KeyUse use)
      throws CryptokiException {
    // [token-2]
    KeyId id = KeyId.of(engine.random(KeyId.LENGTH));
    if (TokenReader.isTaken(session, id)) {
      throw new IllegalStateException("a random id of 16 bytes is taken; the generator is broken");
    }
    KeyLabel label =
        new KeyLabel(name, generation, KeyState.PENDING, use, Instant.now().getEpochSecond(), "");
    // [token-12]
    boolean done = false;
    try {
      works.of(use).make(session, id, label.text(), true);
      TokenKey made = proven(session, epoch, id);
      requireFresh(made);
      done = true; // from here on others may wrap under it, whatever this call sees
      return relabel(session, made, made.label().in(KeyState.PRIMARY));
    } finally {
      if (!done) {
        destroyQuietly(session, epoch, id);
      }
    }
  }

  /** Somebody else may take it for abandoned soon. */
  private void requireFresh(TokenKey made) {
    if (Leftovers.isLate(made)) {
      throw new CustodyException(
          Kind.TIMEOUT, connection.where() + " took too long to make a key; try again");
    }
  }

  /** Reads back what was made, tries it, and writes down how it is known again. */
  private TokenKey proven(CryptokiSession session, Epoch epoch, KeyId id) throws CryptokiException {
    TokenKey made = readBack(session, epoch, id);
    if (made.residency() == Residency.MEMORY) {
      // SoftHSM shows half of an object for a moment, when another one is written beside it.
      made = readBack(session, epoch, id);
    }
    if (made.residency() == Residency.MEMORY) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          connection.where()
              + " made a key that could leave it, though it was asked not to; it was deleted."
              + " Look at the token's policy");
    }
    KeyWork work = works.of(made.label().use());
    byte[] check = work.check(session, work.complete(session, made));
    relabel(session, made, made.label().checkedBy(check));
    TokenKey checked = readBack(session, epoch, id);
    work.test(session, checked);
    refuseRivals(session, epoch, checked);
    return checked;
  }

  private TokenKey readBack(CryptokiSession session, Epoch epoch, KeyId id)
      throws CryptokiException {
    return TokenReader.find(session, epoch.token(), id)
        .orElseThrow(
            () ->
                new CustodyException(
                    Kind.CONFLICT,
                    connection.where() + ": the new key is gone; somebody else deleted it"));
  }

  private void refuseRivals(CryptokiSession session, Epoch epoch, TokenKey mine)
      throws CryptokiException {
    // [token-13]
    refuseVisibleRivals(session, epoch, mine);
    for (int look = 1; look < LOOKS; look++) {
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      refuseVisibleRivals(session, epoch, mine);
    }
  }

  private void refuseVisibleRivals(CryptokiSession session, Epoch epoch, TokenKey mine)
      throws CryptokiException {
    for (TokenKey other : ofName(session, epoch, mine.label().name())) {
      if (other.label().generation() == mine.label().generation()
          && !other.id().equals(mine.id())) {
        throw new CustodyException(
            Kind.CONFLICT,
            "somebody else made generation "
                + mine.label().generation()
                + " of '"
                + mine.label().name()
                + "' at the same time; try again");
      }
    }
  }

  /**
   * The public half first: the object of the secret decides what the key is. Nobody goes by the
   * label of a public half, and one that somebody put there may refuse another. [token-3]
   */
  private TokenKey relabel(CryptokiSession session, TokenKey key, KeyLabel label)
      throws CryptokiException {
    requireUnchanged(session, key);
    Template change = Template.empty().with(Attribute.LABEL, label.text());
    keys.forget(key.id());
    for (long half : TokenReader.publicHalves(session, key.id(), key.label().text())) {
      writeIfAllowed(session, half, change);
    }
    try {
      session.write(key.handle(), change);
    } finally {
      keys.forget(key.id()); // also what was read meanwhile
    }
    String written = session.read(key.handle(), Attribute.LABEL).text(Attribute.LABEL).orElse("");
    if (!written.equals(label.text())) {
      throw new CustodyException(
          Kind.CORRUPT, connection.where() + " does not give back the label that was written");
    }
    return new TokenKey(key.handle(), key.id(), label, key.residency());
  }

  private static void writeIfAllowed(CryptokiSession session, long half, Template change)
      throws CryptokiException {
    try {
      session.write(half, change);
    } catch (CryptokiException e) {
      if (Ckr.kind(e.code()) != Kind.DENIED) {
        throw e;
      }
    }
  }

  /** What was read may be old by now: somebody else's change is not written over. */
  private void requireUnchanged(CryptokiSession session, TokenKey key) throws CryptokiException {
    Template now = session.read(key.handle(), Attribute.ID, Attribute.LABEL);
    boolean same =
        now.text(Attribute.LABEL).filter(key.label().text()::equals).isPresent()
            && now.bytes(Attribute.ID)
                .filter(id -> Arrays.equals(id, key.id().toBytes()))
                .isPresent();
    if (!same) {
      keys.forget(key.id());
      throw new CustodyException(
          Kind.CONFLICT,
          connection.where() + ": somebody else changed the key " + key.id() + "; try again");
    }
  }

  /** A key that stays behind is PENDING, and swept away later. */
  private void destroyQuietly(CryptokiSession session, Epoch epoch, KeyId id) {
    try {
      Optional<TokenKey> left = TokenReader.find(session, epoch.token(), id);
      if (left.isPresent()) {
        keys.forget(id);
        Leftovers.destroy(session, works, left.get());
      }
    } catch (CryptokiException | CustodyException e) {
      return;
    }
  }
}
