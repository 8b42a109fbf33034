package dev.e2ee.internal.core;

import javax.crypto.AEADBadTagException;

/**
 * The rest of an envelope that was refused, where only the end may say so: {@code Cipher.update}
 * throws no checked exception, and existing programs catch this one from {@code doFinal}.
 */
public record RefusedOperation(AEADBadTagException why) implements EnvelopeOperation {
  private static final byte[] NOTHING = new byte[0];

  @Override
  public boolean takes(long more) {
    return true;
  }

  @Override
  public long outputBound(long more) {
    return 0;
  }

  @Override
  public long outputLength(byte[] in, int offset, long length, boolean last) {
    return 0;
  }

  // [envelope-50]
  @Override
  public int update(byte[] in, int offset, int length, byte[] out, int outOffset) {
    return 0;
  }

  @Override
  public int finish(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException {
    throw why;
  }

  @Override
  public byte[] finish(byte[] in, int offset, int length) throws AEADBadTagException {
    finish(in, offset, length, NOTHING, 0);
    return NOTHING;
  }

  @Override
  public void close() {}
}
