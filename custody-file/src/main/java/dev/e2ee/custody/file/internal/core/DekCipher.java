package dev.e2ee.custody.file.internal.core;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import javax.crypto.AEADBadTagException;

/** Wrap algorithm 1 of the envelope: box(UMK, nonce, DEK, AAD), 60 bytes. */
public final class DekCipher {
  /** The envelope's number for it. */
  public static final int WRAP_ALG = 1;

  /** The length of a DEK in bytes. */
  public static final int DEK = 32;

  /** The length of a wrapped DEK in bytes. */
  public static final int WRAPPED = DEK + Box.OVERHEAD;

  private DekCipher() {}

  /**
   * Unwraps a DEK.
   *
   * @throws CustodyException INTEGRITY for anything that is not an authentic wrap
   */
  public static SecretBytes unwrap(RawUmk umk, byte[] wrapped, byte[] aad) {
    if (wrapped.length != WRAPPED) {
      throw notAuthentic();
    }
    try {
      return umk.unwrap(wrapped, aad);
    } catch (AEADBadTagException e) {
      throw notAuthentic();
    }
  }

  private static CustodyException notAuthentic() {
    return new CustodyException(
        Kind.INTEGRITY,
        "the wrapped key is not authentic: it was altered, belongs to another record, or was"
            + " wrapped under another key");
  }

  /**
   * Whether wrapping under this key works in this JVM: what was wrapped comes back, and neither
   * another AAD nor a changed bit is accepted. Costs one nonce of the key.
   */
  public static boolean selfTest(Engine engine, SecretBytes key) {
    byte[] aad = {'s', 'e', 'l', 'f'};
    try (RawUmk umk = new RawUmk(engine, SecretBytes.adopt(key.copy()));
        SecretBytes dek = SecretBytes.adopt(engine.random(DEK))) {
      byte[] wrapped = umk.wrap(dek, aad);
      try (SecretBytes back = unwrap(umk, wrapped, aad)) {
        if (!back.sameBytes(dek)) {
          return false;
        }
      }
      byte[] changed = wrapped.clone();
      changed[WRAPPED - 1] ^= 1;
      return refuses(umk, wrapped, new byte[0]) && refuses(umk, changed, aad);
    } catch (CustodyException e) {
      return false;
    }
  }

  private static boolean refuses(RawUmk umk, byte[] wrapped, byte[] aad) {
    try {
      unwrap(umk, wrapped, aad).close();
      return false;
    } catch (CustodyException e) {
      return e.kind() == Kind.INTEGRITY;
    }
  }
}
