package dev.e2ee.benchmarks.implementation;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The most that the JDK's GCM gives for a long record in chunks of 16 KiB: one key for all records,
 * nothing derived, committed to, verified before it is written, or wiped. What is left to our code
 * is the distance to it.
 *
 * <p>Layout: nonce 12, then each chunk with a tag of 16.
 */
final class JdkChunks implements BufferCipher {
  private static final int CHUNK = 1 << 14;
  private static final int NONCE = 12;
  private static final int TAG = 16;

  private final SecureRandom random = new SecureRandom();
  private final SecretKey key;
  private final Cipher sealing = Cipher.getInstance("AES/GCM/NoPadding");
  private final Cipher opening = Cipher.getInstance("AES/GCM/NoPadding");

  /** Under this key, for one thread. */
  JdkChunks(SecretKey key) throws GeneralSecurityException {
    this.key = key;
  }

  private static int sealedLength(int length) {
    return NONCE + length + TAG * Math.max(1, (length + CHUNK - 1) / CHUNK);
  }

  @Override
  public byte[] seal(byte[] plaintext) throws GeneralSecurityException {
    byte[] out = new byte[sealedLength(plaintext.length)];
    seal(plaintext, out);
    return out;
  }

  @Override
  public int seal(byte[] plaintext, byte[] out) throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    System.arraycopy(nonce, 0, out, 0, NONCE);
    int written = NONCE;
    int from = 0;
    do {
      int length = Math.min(CHUNK, plaintext.length - from);
      sealing.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG, nonce));
      written += sealing.doFinal(plaintext, from, length, out, written);
      from += length;
      increment(nonce);
    } while (from < plaintext.length);
    return written;
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    byte[] out = new byte[sealed.length];
    return Arrays.copyOf(out, open(sealed, out));
  }

  @Override
  public int open(byte[] sealed, byte[] out) throws GeneralSecurityException {
    if (sealed.length < NONCE + TAG) {
      throw new AEADBadTagException("too short");
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE);
    int written = 0;
    for (int from = NONCE; from < sealed.length; from += CHUNK + TAG) {
      int length = Math.min(CHUNK + TAG, sealed.length - from);
      opening.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG, nonce));
      written += opening.doFinal(sealed, from, length, out, written);
      increment(nonce);
    }
    return written;
  }

  private static void increment(byte[] nonce) {
    int i = NONCE;
    do {
      nonce[--i]++;
    } while (nonce[i] == 0 && i > 0);
  }
}
