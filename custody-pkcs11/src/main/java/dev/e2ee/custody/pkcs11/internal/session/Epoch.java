package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;

/**
 * A time in which sessions with a token and handles of its objects mean the same things. After a
 * loss a new one begins, and every key is checked before its first use there.
 */
public final class Epoch {
  private final ModuleOwner owner;
  private final int incarnation;
  private final Token token;
  private final CryptokiSession anchor;
  private volatile boolean over;

  /**
   * Begins one.
   *
   * @param anchor the session that keeps the login, since the last one that closes ends it
   */
  Epoch(ModuleOwner owner, int incarnation, Token token, CryptokiSession anchor) {
    this.owner = owner;
    this.incarnation = incarnation;
    this.token = token;
    this.anchor = anchor;
  }

  /** The token as it was at the beginning. */
  public Token token() {
    return token;
  }

  /** Also when the module was initialised anew, for whomever: every handle is another's then. */
  public boolean isOver() {
    return over || owner.incarnation() != incarnation;
  }

  /** Whether its anchor answers; one that does not is over. */
  boolean answers() {
    try {
      if (!isOver()) {
        owner.enter(module -> anchor.loggedIn());
      }
    } catch (CryptokiException e) {
      end();
    }
    return !isOver();
  }

  /** Nobody begins anything in it any more. */
  void end() {
    over = true;
  }

  /** A new session; inside the module already. */
  CryptokiSession open() throws CryptokiException {
    return owner.enter(
        module -> {
          CryptokiSession session = owner.openSession(module, token.slot());
          // The token may have begun anew without a word: its keys would seem to be gone.
          if (token.loginRequired() && !session.loggedIn()) {
            owner.closeSession(session);
            throw new CryptokiException("C_OpenSession", Ckr.USER_NOT_LOGGED_IN.code());
          }
          return session;
        });
  }

  /** Closes a session, unless its number is another's by now. */
  void close(CryptokiSession session) {
    try {
      owner.<Boolean, CryptokiException>enter(
          module -> {
            if (owner.incarnation() == incarnation) {
              owner.closeSession(session);
            }
            return true;
          });
    } catch (CryptokiException e) {
      return; // it is gone already
    }
  }

  /** Closes the anchor: when the other sessions are closed too, the login is over. */
  void closeAnchor() {
    close(anchor);
  }
}
