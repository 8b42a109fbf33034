package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The PIN while the custody is unlocked, for logging in again after a loss. Confined to its
 * connection's lock, but for forgetting, which waits for nobody.
 */
final class Login {
  private final String where;
  private final TokenPin known;
  private final AtomicReference<@Nullable SecretBytes> pin = new AtomicReference<>();
  private final AtomicLong forgets = new AtomicLong();

  /** Whether it had to do with a login since the token was last seen without one. */
  private final AtomicBoolean entered = new AtomicBoolean();

  private volatile PinSource.Origin origin = PinSource.Origin.ASKED;

  /**
   * Of one custody.
   *
   * @param known what all custodies of this process know of the token's PIN
   */
  Login(String where, TokenPin known) {
    this.where = where;
    this.known = known;
  }

  /** Looks at the token as it is now. */
  interface Look {
    Token at() throws CryptokiException;
  }

  /**
   * Takes a PIN over, to be tried.
   *
   * @throws CustodyException AUTH_FAILED for the one that was wrong: three ordinary calls with an
   *     old PIN lock a token
   */
  void use(SecretBytes given, PinSource.Origin from) {
    boolean usable = false;
    try {
      known.refuseWrong(where, given);
      usable = true;
    } finally {
      if (!usable) {
        given.close();
      }
    }
    forget();
    origin = from;
    pin.set(given);
  }

  /** Whether there is a PIN to log in with. */
  boolean isOpen() {
    return pin.get() != null;
  }

  /** Forgets the PIN. */
  void forget() {
    SecretBytes mine = pin.getAndSet(null);
    if (mine != null) {
      mine.close();
    }
    forgets.incrementAndGet(); // after it: what is begun from here on finds no PIN, or a new one
  }

  /** Forgets this PIN, if it is the one. */
  boolean forget(SecretBytes given) {
    boolean mine = pin.compareAndSet(given, null);
    given.close();
    forgets.incrementAndGet();
    return mine;
  }

  /** How often a PIN was forgotten. */
  long forgets() {
    return forgets.get();
  }

  /** Sessions were closed, perhaps the last ones of this process. */
  void loggedOut(TokenPin.LoggedIn state) throws CryptokiException {
    if (entered.getAndSet(false)) {
      boolean over = false;
      try {
        over = known.forgetIfLoggedOut(state);
      } finally {
        if (!over) {
          entered.set(true); // to be asked again
        }
      }
    }
  }

  /**
   * Logs in, unless this process is logged in already: that holds for all of it, whoever did it.
   *
   * @param again looks at the token once more
   * @throws CustodyException AUTH_FAILED, and no PIN is left; AUTH_LOCKED_OUT when the next wrong
   *     one would lock the token, or might
   */
  void logIn(Token token, CryptokiSession session, Look again) throws CryptokiException {
    if (!token.loginRequired()) {
      return;
    }
    entered.set(true);
    try (SecretBytes tried = copy()) {
      if (session.loggedIn()) {
        requireAccepted(tried);
      } else {
        tryInTurn(token, session, tried, again);
      }
    }
  }

  /**
   * Whoever had the turn before may have spent a try: so what is known of the PIN is asked then.
   */
  @SuppressWarnings("try") // the lock is held, not used
  private void tryInTurn(Token token, CryptokiSession session, SecretBytes tried, Look again)
      throws CryptokiException {
    try (ExclusiveLock turn = TokenLock.toLogIn(token.identity(), where)) {
      refuseRiskyTry(again.at(), tried);
      tryOnce(session, tried);
    } catch (CryptokiException e) {
      if (e.is(Ckr.USER_PIN_NOT_INITIALIZED) && !again.at().pinSet()) {
        throw new CustodyException(
            Kind.DENIED,
            where + ": the token has no user's PIN yet; set one with the token's own tool",
            e);
      }
      throw e;
    }
  }

  private SecretBytes copy() {
    SecretBytes mine = pin.get();
    if (mine == null) {
      throw locked();
    }
    try {
      return SecretBytes.adopt(mine.copy());
    } catch (IllegalStateException e) { // forgotten meanwhile
      throw locked();
    }
  }

  private CustodyException locked() {
    return new CustodyException(Kind.LOCKED, where + " is locked; unlock it");
  }

  private void requireAccepted(SecretBytes tried) {
    boolean accepted = false;
    try {
      known.requireAccepted(where, tried);
      accepted = true;
    } finally {
      if (!accepted) {
        forget();
      }
    }
  }

  private void tryOnce(CryptokiSession session, SecretBytes tried) throws CryptokiException {
    char[] chars = chars(tried);
    try {
      known.attempt(where, tried, () -> session.login(chars));
    } catch (CryptokiException e) {
      if (e.is(Ckr.USER_ALREADY_LOGGED_IN)) {
        requireAccepted(tried);
        return;
      }
      if (Ckr.damage(e.code()) == Ckr.Damage.CONNECTION) {
        throw e;
      }
      forget();
      throw Errors.of(where, e, false);
    } catch (CustodyException e) { // it was not even tried
      forget();
      throw e;
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  /**
   * Refuses the try that might lock the token. And where a wrong PIN was given since the last right
   * one, also a stored PIN: it may be that wrong one, and a service that is started again and again
   * would spend one try each time, though each of its processes tries it only once. A person who is
   * asked may go on, who sees the answer; and so does a process that the token has accepted this
   * very PIN from, which must be able to come back after a loss though somebody else mistyped
   * theirs. The price: who can give wrong PINs keeps such a service from starting until somebody
   * logs in; but they could as well lock the token.
   */
  private void refuseRiskyTry(Token token, SecretBytes tried) {
    switch (token.pinState()) {
      case LOCKED ->
          throw new CustodyException(
              Kind.AUTH_LOCKED_OUT,
              where + ": the PIN is locked; the token's security officer can set a new one");
      case FINAL_TRY ->
          throw new CustodyException(
              Kind.AUTH_LOCKED_OUT,
              where
                  + ": one more wrong PIN would lock the token, so none is tried here, not even a"
                  + " typed one. Log in once with the token's own tool, then try again");
      case COUNT_LOW -> {
        if (origin == PinSource.Origin.STORED && !known.isAccepted(tried)) {
          throw new CustodyException(
              Kind.AUTH_LOCKED_OUT,
              where
                  + ": a wrong PIN was given since the last right one, so none that the URI names is"
                  + " tried: it may be the wrong one, and would lock the token in the end. Log in"
                  + " once with the right one, by the token's own tool, or with"
                  + " pin-source=callback: in the URI and the PIN typed or by --passphrase-file;"
                  + " then it is tried again");
        }
      }
      case GOOD, TO_BE_CHANGED -> {}
    }
  }

  private static char[] chars(SecretBytes pin) {
    byte[] bytes = pin.copy();
    try {
      CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
      char[] chars = new char[text.remaining()];
      text.get(chars);
      Arrays.fill(text.array(), '\0');
      return chars;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
