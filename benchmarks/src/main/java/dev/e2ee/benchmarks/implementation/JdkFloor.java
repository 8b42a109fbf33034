package dev.e2ee.benchmarks.implementation;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The floor: the least that an envelope can cost with the JDK's ciphers. One draw from {@code
 * SecureRandom} gives the DEK and both nonces, one GCM wraps the DEK, one encrypts the payload, and
 * the two cipher objects are used again for each record. No commitment, no key id, no limits,
 * nothing is wiped.
 *
 * <p>Layout: wrap nonce 12, wrapped DEK 48, nonce 12, ciphertext, tag 16.
 */
public final class JdkFloor implements BufferCipher {
  private static final int DEK = 32;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int WRAPPED = NONCE + DEK + TAG;
  private static final int OVERHEAD = WRAPPED + NONCE + TAG;

  private final SecureRandom random = new SecureRandom();
  private final SecretKey kek;
  private final byte[] aad = Sample.aad();
  private final byte[] dekAad = Sample.dekAad();
  private final Cipher wrapping = gcm();
  private final Cipher payload = gcm();

  /** With ciphers of its own, for one thread. */
  public JdkFloor() throws GeneralSecurityException {
    this(Sample.key());
  }

  /** The same under this key. */
  JdkFloor(SecretKey kek) throws GeneralSecurityException {
    this.kek = kek;
  }

  private static Cipher gcm() throws GeneralSecurityException {
    return Cipher.getInstance("AES/GCM/NoPadding");
  }

  private static GCMParameterSpec nonce(byte[] from, int offset) {
    return new GCMParameterSpec(8 * TAG, from, offset, NONCE);
  }

  @Override
  public byte[] seal(byte[] plaintext) throws GeneralSecurityException {
    byte[] out = new byte[OVERHEAD + plaintext.length];
    seal(plaintext, out);
    return out;
  }

  @Override
  public int seal(byte[] plaintext, byte[] out) throws GeneralSecurityException {
    byte[] fresh = new byte[DEK + NONCE + NONCE];
    random.nextBytes(fresh);
    System.arraycopy(fresh, DEK, out, 0, NONCE);
    wrapping.init(Cipher.ENCRYPT_MODE, kek, nonce(fresh, DEK));
    wrapping.updateAAD(dekAad);
    wrapping.doFinal(fresh, 0, DEK, out, NONCE);

    System.arraycopy(fresh, DEK + NONCE, out, WRAPPED, NONCE);
    payload.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(fresh, 0, DEK, "AES"), nonce(fresh, DEK + NONCE));
    payload.updateAAD(aad);
    return WRAPPED + NONCE + payload.doFinal(plaintext, 0, plaintext.length, out, WRAPPED + NONCE);
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    initOpening(sealed);
    return payload.doFinal(sealed, WRAPPED + NONCE, sealed.length - WRAPPED - NONCE);
  }

  @Override
  public int open(byte[] sealed, byte[] out) throws GeneralSecurityException {
    initOpening(sealed);
    return payload.doFinal(sealed, WRAPPED + NONCE, sealed.length - WRAPPED - NONCE, out, 0);
  }

  private void initOpening(byte[] sealed) throws GeneralSecurityException {
    if (sealed.length < OVERHEAD) {
      throw new AEADBadTagException("too short");
    }
    wrapping.init(Cipher.DECRYPT_MODE, kek, nonce(sealed, 0));
    wrapping.updateAAD(dekAad);
    byte[] dek = wrapping.doFinal(sealed, NONCE, DEK + TAG);
    payload.init(Cipher.DECRYPT_MODE, new SecretKeySpec(dek, "AES"), nonce(sealed, WRAPPED));
    payload.updateAAD(aad);
  }
}
