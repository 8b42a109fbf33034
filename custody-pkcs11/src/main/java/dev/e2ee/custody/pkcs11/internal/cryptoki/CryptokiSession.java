package dev.e2ee.custody.pkcs11.internal.cryptoki;

import java.util.ArrayList;
import java.util.List;

/** One session with a token; used by one thread at a time. */
public interface CryptokiSession {
  /** Its number in the module, which may be another session's once this one is gone. */
  long number();

  /** Ends it (C_CloseSession). */
  void close() throws CryptokiException;

  /** Logs the user in, which holds for all sessions of this process (C_Login). */
  void login(char[] pin) throws CryptokiException;

  /** Whether the user is logged in here; the cheapest question of all (C_GetSessionInfo). */
  boolean loggedIn() throws CryptokiException;

  /** What a session's state says of it, a CKS number: the user's functions, read-only or not. */
  static boolean isLoggedIn(long state) {
    return state == 1 || state == 3;
  }

  /** The handles of all objects that have these attributes (C_FindObjects, section 5.7). */
  List<Long> find(Template wanted) throws CryptokiException;

  /** A part of what a search found. */
  interface Part {
    /** The next ones, at most so many; none at its end. */
    long[] next(int most) throws CryptokiException;
  }

  /** The end of a search. */
  interface End {
    /** Ends it. */
    void now() throws CryptokiException;
  }

  /**
   * All that a search finds, which gives so many at once, or fewer: it is over when it gives none.
   *
   * @param end of the search, also when it failed
   */
  static List<Long> all(int atOnce, Part search, End end) throws CryptokiException {
    List<Long> found = new ArrayList<>();
    try {
      for (long[] some = search.next(atOnce); some.length > 0; some = search.next(atOnce)) {
        for (long object : some) {
          found.add(object);
        }
      }
    } catch (CryptokiException e) {
      endQuietly(end);
      throw e;
    }
    end.now();
    return found;
  }

  private static void endQuietly(End end) {
    try {
      end.now();
    } catch (CryptokiException e) {
      return; // the first error is the one to tell
    }
  }

  /** Those attributes of an object that the token shows; others are left out. */
  Template read(long object, Attribute... wanted) throws CryptokiException;

  /** Changes attributes of an object (C_SetAttributeValue). */
  void write(long object, Template changed) throws CryptokiException;

  /** Deletes an object (C_DestroyObject). */
  void destroy(long object) throws CryptokiException;

  /** Makes an object of what the caller gives (C_CreateObject, section 5.7). */
  long create(Template object) throws CryptokiException;

  /** Makes a secret key in the token (C_GenerateKey, section 5.13). */
  long generate(Mechanism mechanism, Template key) throws CryptokiException;

  /** Makes a key pair in the token (C_GenerateKeyPair). */
  Pair generatePair(Mechanism mechanism, Template publicKey, Template privateKey)
      throws CryptokiException;

  /** One message at once (C_EncryptInit, C_Encrypt). */
  byte[] encrypt(Mechanism mechanism, long key, byte[] plaintext) throws CryptokiException;

  /** One message at once (C_DecryptInit, C_Decrypt). */
  byte[] decrypt(Mechanism mechanism, long key, byte[] ciphertext) throws CryptokiException;

  /** A MAC or a signature of a whole message (C_SignInit, C_Sign). */
  byte[] sign(Mechanism mechanism, long key, byte[] message) throws CryptokiException;

  /** A key wrapped by another one (C_WrapKey). */
  byte[] wrapKey(Mechanism mechanism, long wrapping, long key) throws CryptokiException;

  /** Makes a key of a wrapped one (C_UnwrapKey). */
  long unwrapKey(Mechanism mechanism, long unwrapping, byte[] wrapped, Template key)
      throws CryptokiException;

  /** A new key from another one (C_DeriveKey). */
  long derive(Mechanism mechanism, long key, Template derived) throws CryptokiException;

  /**
   * The two halves of a key pair.
   *
   * @param publicKey its handle
   * @param privateKey its handle
   */
  record Pair(long publicKey, long privateKey) {}
}
