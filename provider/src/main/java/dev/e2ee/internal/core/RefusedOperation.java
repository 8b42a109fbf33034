package dev.e2ee.internal.core;

import javax.crypto.AEADBadTagException;

/**
 * The rest of an envelope that was refused by {@code Cipher.update}, which throws no checked
 * exception: existing programs catch this one from {@code doFinal}. Whoever goes on with more input
 * is told at once, because the end may never come, or JDK streams may swallow what it throws.
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
    throw new IllegalStateException(why.getMessage(), why);
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
