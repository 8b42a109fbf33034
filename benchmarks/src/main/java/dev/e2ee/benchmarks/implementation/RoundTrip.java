package dev.e2ee.benchmarks.implementation;

import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * A message and its sealed form, made by an implementation that was seen to open it, and to refuse
 * it with a bit flipped.
 */
public final class RoundTrip {
  /** From the end: the last byte of a GCM tag, the last of the ciphertext, one before. */
  private static final int[] FLIPPED = {1, 17, 40};

  private final byte[] plaintext;
  private final byte[] sealed;

  private RoundTrip(byte[] plaintext, byte[] sealed) {
    this.plaintext = plaintext;
    this.sealed = sealed;
  }

  /** The message itself, not a copy. */
  public byte[] plaintext() {
    return plaintext;
  }

  /** What the implementation made of it, not a copy. */
  public byte[] sealed() {
    return sealed;
  }

  /**
   * Seals the sample message and checks what came out of it.
   *
   * @param size of the message in bytes
   * @throws IllegalStateException when the implementation does not do what is measured
   */
  public static RoundTrip checked(RecordCipher cipher, int size) throws GeneralSecurityException {
    RoundTrip record = unchecked(cipher, size);
    if (!Arrays.equals(record.plaintext, cipher.open(record.sealed))) {
      throw new IllegalStateException("it does not open what it sealed");
    }
    for (int fromEnd : FLIPPED) {
      checkRefused(cipher, record.sealed, record.sealed.length - fromEnd);
    }
    return record;
  }

  /** One more record, under a DEK of its own, of an implementation that was checked. */
  public static RoundTrip unchecked(RecordCipher cipher, int size) throws GeneralSecurityException {
    byte[] plaintext = Sample.plaintext(size);
    return new RoundTrip(plaintext, cipher.seal(plaintext));
  }

  /**
   * As {@link #checked(RecordCipher, int)}, through buffers that the caller keeps.
   *
   * @throws IllegalStateException when the buffers get anything else
   */
  public static RoundTrip checkedInBuffers(BufferCipher cipher, int size)
      throws GeneralSecurityException {
    RoundTrip record = checked(cipher, size);
    byte[] sealed = new byte[record.sealed.length];
    byte[] opened = new byte[size];
    int sealedLength = cipher.seal(record.plaintext, sealed);
    if (sealedLength != sealed.length
        || cipher.open(sealed, opened) != size
        || !Arrays.equals(record.plaintext, opened)) {
      throw new IllegalStateException("it does not open what it sealed into a buffer");
    }
    return record;
  }

  /**
   * Flips one bit of a sealed record, and checks that it is refused; the record is as before then.
   *
   * @throws IllegalStateException when it opens
   */
  public static void checkRefused(RecordCipher cipher, byte[] sealed, int position) {
    sealed[position] ^= 1;
    try {
      cipher.open(sealed);
    } catch (GeneralSecurityException refused) {
      return;
    } finally {
      sealed[position] ^= 1;
    }
    throw new IllegalStateException("it opens a record with a bit flipped in byte " + position);
  }
}
