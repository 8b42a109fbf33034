package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.Residency;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;

/** How keys of one use are made, and known again. */
interface KeyWork {
  /** CKK_AES. */
  long AES = 0x1f;

  /** CKK_GENERIC_SECRET. */
  long GENERIC_SECRET = 0x10;

  /** CKK_EC. */
  long EC = 0x3;

  /** CKK_RSA. */
  long RSA = 0x0;

  /**
   * What a token must claim to do; it is not even tried where it does not. Some answer to a
   * mechanism that they lack as to a fault of their own.
   */
  Set<Long> mechanisms();

  /**
   * Makes a key in the token, with the given id and label, that never leaves it.
   *
   * @param stays whether it outlives the session
   * @return the handle of the object that holds the secret
   */
  long make(CryptokiSession session, KeyId id, String label, boolean stays)
      throws CryptokiException;

  /** Other objects that belong to a key, and come and go with it. */
  default List<Long> parts(CryptokiSession session, KeyId id) throws CryptokiException {
    return List.of();
  }

  /**
   * A key with the other object that it works with, where its use has one: looked up once for many
   * operations, and of MEMORY when the other one was not made in the token to stay there.
   */
  default TokenKey complete(CryptokiSession session, TokenKey key) throws CryptokiException {
    return key;
  }

  /** What a complete key answers to its identity, to be written into its label. */
  byte[] check(CryptokiSession session, TokenKey key) throws CryptokiException;

  /** Whether a complete key still answers what its label says. */
  boolean answers(CryptokiSession session, TokenKey key) throws CryptokiException;

  /**
   * Refuses a key that is not what its label says: one that does not answer its check, or that was
   * not made in the token to stay there, so that somebody may know it.
   *
   * @throws CustodyException CORRUPT
   */
  default void requireAnswer(CryptokiSession session, TokenKey read) throws CryptokiException {
    TokenKey key = complete(session, read);
    // [token-18]
    if (key.residency() == Residency.MEMORY) {
      throw new CustodyException(
          Kind.CORRUPT,
          "the key with the id "
              + key.id()
              + " was not made in the token, or may leave it, or is of another kind than its label"
              + " says: somebody put it there. Nothing was done with it; find out who");
    }
    if (!answers(session, key)) {
      throw new CustodyException(
          Kind.CORRUPT,
          "the key with the id "
              + key.id()
              + " does not answer as its label says: it is another key, or its label was changed."
              + " Nothing was done with it; compare the token with a backup");
    }
  }

  /** Unwraps a DEK. */
  interface Unwrap {
    /** Does it. */
    SecretBytes now() throws CryptokiException, AEADBadTagException;
  }

  /**
   * Unwraps; where that says that the wrap is not authentic, a sick token or another key would look
   * like that, too. So it is only told when the key answers its check right after, and the second
   * try says the same. [token-10]
   */
  default SecretBytes twiceIfRefused(CryptokiSession session, TokenKey key, Unwrap unwrap)
      throws CryptokiException, AEADBadTagException {
    try {
      return unwrap.now();
    } catch (AEADBadTagException e) {
      requireAnswer(session, key);
      return unwrap.now();
    }
  }

  /**
   * Tries what the key is for, the wrong way too.
   *
   * @throws CustodyException UNSUPPORTED when it does not work as it must
   */
  void test(CryptokiSession session, TokenKey key) throws CryptokiException;

  /** The attributes that every key of ours has; what it may be used for is added. [token-16] */
  static Template locked(long objectClass, long keyType, KeyId id, String label, boolean stays) {
    return Template.ofClass(objectClass)
        .with(Attribute.KEY_TYPE, keyType)
        .with(Attribute.TOKEN, stays)
        .with(Attribute.PRIVATE, true)
        .with(Attribute.SENSITIVE, true)
        .with(Attribute.EXTRACTABLE, false)
        .with(Attribute.ID, id.toBytes())
        .with(Attribute.LABEL, label)
        .with(Attribute.DECRYPT, false)
        .with(Attribute.SIGN, false)
        .with(Attribute.UNWRAP, false)
        .with(Attribute.DERIVE, false);
  }

  /** Of a public half, which may do what it can by itself. [token-16] */
  static Template open(long keyType, KeyId id, String label, boolean stays) {
    return Template.ofClass(Template.PUBLIC_KEY)
        .with(Attribute.KEY_TYPE, keyType)
        .with(Attribute.TOKEN, stays)
        .with(Attribute.ID, id.toBytes())
        .with(Attribute.LABEL, label);
  }

  /** The same of a secret key of 32 bytes. */
  static Template lockedSecret(long keyType, KeyId id, String label, boolean stays) {
    return locked(Template.SECRET_KEY, keyType, id, label, stays)
        .with(Attribute.VALUE_LEN, 32)
        .with(Attribute.ENCRYPT, false)
        .with(Attribute.VERIFY, false)
        .with(Attribute.WRAP, false);
  }

  /** Makes a key of 32 bytes in the token that computes HMAC-SHA-256 and does nothing else. */
  static long makeMacKey(CryptokiSession session, KeyId id, String label, boolean stays)
      throws CryptokiException {
    return session.generate(
        Mechanism.Plain.GENERIC_SECRET_KEY_GEN,
        lockedSecret(GENERIC_SECRET, id, label, stays).with(Attribute.SIGN, true));
  }

  /** HMAC-SHA-256 under such a key, 32 bytes. */
  static byte[] mac(CryptokiSession session, long key, byte[] message) throws CryptokiException {
    byte[] mac = session.sign(Mechanism.Plain.SHA256_HMAC, key, message);
    if (mac.length != 32) {
      throw new CustodyException(
          Kind.UNSUPPORTED, "the token's HMAC-SHA-256 gives " + mac.length + " bytes, not 32");
    }
    UmkWork.requireWritten(mac, "HMAC-SHA-256"); // [token-8]
    return mac;
  }
}
