package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of one token's PIN, whichever of its custodies was given it, and the one
 * place where a PIN is given to the token. A login holds for the whole process, and then the token
 * says yes to every PIN; and a wrong one costs a try, however often a custody is opened anew. PINs
 * are kept as MACs under a key of this process.
 *
 * <p>What {@code C_Login} answers decides whether a PIN is tried again:
 *
 * <ul>
 *   <li>Any answer of the token, whatever it calls it: never. Some tokens call a wrong PIN
 *       CKR_GENERAL_ERROR or CKR_FUNCTION_FAILED, and a token has as few as three tries.
 *   <li>An error of the device or of the way to it (CKR_DEVICE_ERROR …), and no answer at all: the
 *       token may have counted the try as a wrong PIN. One more is made, after a recovery; then no
 *       PIN at all until the token has accepted one. So two of three tries are spent at the most.
 *   <li>A handle or a module that was not valid when it was called, or a token that knows of no
 *       PIN: it has compared none, and nothing is counted.
 * </ul>
 */
final class TokenPin {
  private static final int MOST_UNANSWERED = 2;

  private final Engine engine;
  private final SecretBytes key;
  private final List<byte[]> wrong = new ArrayList<>();
  private final ReentrantLock trying = new ReentrantLock();
  private byte @Nullable [] accepted;
  private int unanswered;

  /** One call of C_Login. */
  interface Call {
    /** Makes it. */
    void run() throws CryptokiException;
  }

  TokenPin(Engine engine) {
    this.engine = engine;
    this.key = SecretBytes.adopt(engine.random(32));
  }

  private byte[] mac(SecretBytes pin) {
    byte[] bytes = pin.copy();
    try (SecretBytes message = SecretBytes.adopt(bytes)) {
      return engine.hmacSha256(key, bytes, new byte[] {(byte) message.length()});
    }
  }

  /**
   * Refuses a PIN that was wrong, whenever that was.
   *
   * @throws CustodyException AUTH_FAILED
   */
  synchronized void refuseWrong(String where, SecretBytes pin) {
    byte[] mac = mac(pin);
    if (wrong.stream().anyMatch(each -> MessageDigest.isEqual(each, mac))) {
      throw new CustodyException(
          Kind.AUTH_FAILED,
          where
              + ": the token did not accept this PIN before, and it was not tried again; give the"
              + " right one. If the token got this PIN since, start the program anew");
    }
  }

  /**
   * Gives a PIN to the token, if it may be tried. One thread at a time: of two that have the same
   * wrong PIN the second one finds it refused.
   *
   * @throws CustodyException AUTH_FAILED for one that was wrong before, AUTH_LOCKED_OUT when the
   *     tries before got no answer
   */
  void attempt(String where, SecretBytes pin, Call login) throws CryptokiException {
    trying.lock();
    try {
      begin(where, pin);
      login.run();
      accept(pin);
    } catch (CryptokiException e) {
      refused(pin, e);
      throw e;
    } finally {
      trying.unlock();
    }
  }

  /** Counts the try before it is made: the call may never come back. */
  private synchronized void begin(String where, SecretBytes pin) {
    refuseWrong(where, pin);
    if (unanswered >= MOST_UNANSWERED) {
      throw new CustodyException(
          Kind.AUTH_LOCKED_OUT,
          where
              + ": the token failed at the last "
              + unanswered
              + " logins without a word on the PIN, and may have counted them as wrong ones, so none"
              + " is tried. Log in once with the token's own tool, then start the program anew");
    }
    unanswered++;
  }

  private synchronized void refused(SecretBytes pin, CryptokiException e) {
    boolean seen =
        !e.is(Ckr.USER_ALREADY_LOGGED_IN)
            && !e.is(Ckr.SESSION_HANDLE_INVALID)
            && !e.is(Ckr.USER_PIN_NOT_INITIALIZED)
            && !e.is(Ckr.CRYPTOKI_NOT_INITIALIZED);
    boolean answered = Ckr.damage(e.code()) != Ckr.Damage.CONNECTION;
    if (answered || !seen) {
      unanswered--;
    }
    if (answered && seen) {
      wrong.add(mac(pin));
    }
  }

  /** Whether this process is logged in with it, or was until the token was lost. */
  synchronized boolean isAccepted(SecretBytes pin) {
    return accepted != null && MessageDigest.isEqual(accepted, mac(pin));
  }

  /**
   * Refuses a PIN other than the one that this process is logged in with. Where somebody else has
   * logged it in, nobody knows which.
   *
   * @throws CustodyException AUTH_FAILED
   */
  synchronized void requireAccepted(String where, SecretBytes pin) {
    if (accepted != null && !MessageDigest.isEqual(accepted, mac(pin))) {
      throw new CustodyException(
          Kind.AUTH_FAILED,
          where
              + ": this process is logged in to the token with another PIN; give that one, or lock"
              + " the others first");
    }
  }

  private synchronized void accept(SecretBytes pin) {
    accepted = mac(pin);
    unanswered = 0;
  }

  /** Whether this process is logged in to the token. */
  interface LoggedIn {
    /** Asks the token. */
    boolean ask() throws CryptokiException;
  }

  /**
   * Leaves no MAC of a right PIN behind, when this process is not logged in any more. Asked of the
   * token itself, since any session of any custody keeps the login; and nobody logs in meanwhile.
   *
   * @return whether it is not
   */
  boolean forgetIfLoggedOut(LoggedIn state) throws CryptokiException {
    trying.lock();
    try {
      boolean over = !state.ask();
      if (over) {
        forgetAccepted();
      }
      return over;
    } finally {
      trying.unlock();
    }
  }

  private synchronized void forgetAccepted() {
    accepted = null;
  }
}
