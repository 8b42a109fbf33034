package dev.e2ee.custody.pkcs11.internal.cryptoki;

import java.util.List;

/** One session with a token; used by one thread at a time. */
public interface CryptokiSession {
  /** Ends it (C_CloseSession). */
  void close() throws CryptokiException;

  /** Logs the user in, which holds for all sessions of this process (C_Login). */
  void login(char[] pin) throws CryptokiException;

  /** Whether the user is logged in here; the cheapest question of all (C_GetSessionInfo). */
  boolean loggedIn() throws CryptokiException;

  /** The handles of all objects that have these attributes (C_FindObjects, section 5.7). */
  List<Long> find(Template wanted) throws CryptokiException;

  /** Those attributes of an object that the token shows; others are left out. */
  Template read(long object, Attribute... wanted) throws CryptokiException;

  /** Changes attributes of an object (C_SetAttributeValue). */
  void write(long object, Template changed) throws CryptokiException;

  /** Deletes an object (C_DestroyObject). */
  void destroy(long object) throws CryptokiException;

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
