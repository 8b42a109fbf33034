package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * A way of wrapping DEKs under a UMK in a token: section 4 of {@code testvectors/spec/token.md}.
 */
public interface UmkWork {
  /** The length of a DEK in bytes. */
  int DEK = 32;

  /** The envelope's number for it. */
  int wrapAlg();

  /** The length of a wrap in bytes. */
  int wrappedLength();

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
      byte[] wrap = work.wrap(session, key, dek, aad);
      try (SecretBytes back = work.unwrap(session, key, wrap, aad)) {
        if (wrap.length != work.wrappedLength() || !back.sameBytes(dek)) {
          throw unfit("does not give back what it wrapped");
        }
      } catch (AEADBadTagException e) {
        throw unfit("refuses what it wrapped");
      }
      if (Arrays.equals(wrap, work.wrap(session, key, dek, aad))) {
        throw unfit("wraps twice into the same bytes");
      }
      mustRefuse(work, session, key, wrap, new byte[0]);
      for (int at : new int[] {0, wrap.length / 2, wrap.length - 1}) {
        byte[] changed = wrap.clone();
        changed[at] ^= 1;
        mustRefuse(work, session, key, changed, aad);
      }
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

  private static CustodyException unfit(String what) {
    return new CustodyException(
        Kind.UNSUPPORTED, "the token was tried and " + what + "; it is not used this way");
  }
}
