package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.crypto.AEADBadTagException;

/**
 * A way of wrapping DEKs under a UMK in a token: section 4 of {@code testvectors/spec/token.md}.
 */
public interface UmkWork {
  /** The length of a DEK in bytes. */
  int DEK = 32;

  /** The length of a nonce of AES-GCM in bytes. */
  int NONCE = 12;

  /** The length of the tag at the end of a wrap in bytes. */
  int TAG = 16;

  /** The longest AAD of an envelope in bytes. */
  int LONG_AAD = 8183;

  /** The envelope's number for it. */
  int wrapAlg();

  /** The length of a wrap in bytes. */
  int wrappedLength();

  /** Whether two wraps of one DEK are not the same. */
  default boolean isRandomized() {
    return true;
  }

  /** Wraps a DEK of 32 bytes. */
  byte[] wrap(CryptokiSession session, TokenKey key, SecretBytes dek, byte[] aad)
      throws CryptokiException;

  /**
   * Unwraps a wrap of the right length.
   *
   * @throws AEADBadTagException when it is not authentic, and the token did not fail
   */
  SecretBytes unwrap(CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException, AEADBadTagException;

  /** Wraps, unwraps, and tries another AAD and changed bits, which must be refused. */
  static void selfTest(UmkWork work, Engine engine, CryptokiSession session, TokenKey key)
      throws CryptokiException {
    byte[] aad = {'s', 'e', 'l', 'f'};
    try (SecretBytes dek = SecretBytes.adopt(engine.random(DEK))) {
      wrapped(work, session, key, dek, new byte[0]);
      wrapped(work, session, key, dek, new byte[LONG_AAD]);
      byte[] wrap = wrapped(work, session, key, dek, aad);
      byte[] second = wrapped(work, session, key, dek, aad);
      if (work.isRandomized() && MessageDigest.isEqual(tag(wrap), tag(second))) {
        throw unfit("makes the same tag under two nonces");
      }
      mustRefuse(work, session, key, wrap, new byte[0]);
      mustRefuse(work, session, key, wrap, new byte[aad.length]);
      for (int at : places(wrap.length)) {
        byte[] changed = wrap.clone();
        changed[at] ^= 1;
        mustRefuse(work, session, key, changed, aad);
      }
    }
  }

  private static byte[] tag(byte[] wrap) {
    return Arrays.copyOfRange(wrap, wrap.length - TAG, wrap.length);
  }

  /** Each byte of what may be a nonce, and some of the rest. */
  private static int[] places(int length) {
    return IntStream.concat(
            IntStream.range(0, NONCE), IntStream.of(length / 2, length - TAG, length - 1))
        .toArray();
  }

  private static byte[] wrapped(
      UmkWork work, CryptokiSession session, TokenKey key, SecretBytes dek, byte[] aad)
      throws CryptokiException {
    byte[] wrap = work.wrap(session, key, dek, aad);
    try (SecretBytes back = work.unwrap(session, key, wrap, aad)) {
      if (wrap.length != work.wrappedLength() || !back.sameBytes(dek)) {
        throw unfit("does not give back what it wrapped");
      }
      return wrap;
    } catch (AEADBadTagException e) {
      throw unfit("refuses what it wrapped");
    }
  }

  private static void mustRefuse(
      UmkWork work, CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException {
    try {
      work.unwrap(session, key, wrap, aad).close();
    } catch (AEADBadTagException e) {
      return;
    }
    throw unfit("opens what is not authentic");
  }

  /** Refuses what a buffer has that nobody wrote into. A DEK may be in it. */
  static void requireWritten(byte[] given, String operation) {
    if (MessageDigest.isEqual(given, new byte[given.length])) {
      throw sick(operation + " gave nothing but zeros");
    }
  }

  /** That the token said that it did something, and did not. */
  static CustodyException sick(String what) {
    return new CustodyException(
        Kind.TRANSIENT,
        "the token's "
            + what
            + ", and called it success; nothing is known to be wrong with the key or the wrap. Try"
            + " again, and look after the token");
  }

  private static CustodyException unfit(String what) {
    return new CustodyException(
        Kind.UNSUPPORTED, "the token was tried and " + what + "; it is not used this way");
  }
}
