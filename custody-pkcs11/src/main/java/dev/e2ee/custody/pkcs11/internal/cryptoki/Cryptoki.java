package dev.e2ee.custody.pkcs11.internal.cryptoki;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What this back end needs of a PKCS#11 module, and no more: the port that every binding
 * implements.
 *
 * <p>Every call goes into native code: it can take for ever, and no interrupt ends it. Sections are
 * those of PKCS#11 2.40 (base specification).
 */
public interface Cryptoki {
  /**
   * Makes the module ready, for use by many threads (C_Initialize, section 5.4).
   *
   * @throws CryptokiException CRYPTOKI_ALREADY_INITIALIZED when somebody else in this process has
   */
  void initialize() throws CryptokiException;

  /**
   * Ends all use of the module in this process (C_Finalize). Nobody may be inside it: many modules
   * crash then.
   */
  void end() throws CryptokiException;

  /** What the module says of itself (C_GetInfo). */
  ModuleInfo info() throws CryptokiException;

  /** The slots that have a token now (C_GetSlotList). */
  long[] slots() throws CryptokiException;

  /**
   * The tokens that are there now. A slot whose token left meanwhile, or speaks no PKCS#11, hides
   * no other token.
   */
  default List<Token> tokens() throws CryptokiException {
    List<Token> found = new ArrayList<>();
    for (long slot : slots()) {
      try {
        found.add(token(slot));
      } catch (CryptokiException e) {
        if (!e.is(Ckr.TOKEN_NOT_PRESENT) && !e.is(Ckr.TOKEN_NOT_RECOGNIZED)) {
          throw e;
        }
      }
    }
    return found;
  }

  /** One token as it is now, its PIN flags above all (C_GetTokenInfo, C_GetSlotInfo). */
  Token token(long slot) throws CryptokiException;

  /**
   * The mechanisms that a token claims, CKM numbers (C_GetMechanismList). A claim proves nothing.
   */
  Set<Long> mechanisms(long slot) throws CryptokiException;

  /** A new read-write session (C_OpenSession, section 5.6). */
  CryptokiSession open(long slot) throws CryptokiException;
}
