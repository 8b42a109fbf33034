package dev.e2ee.provider.chunked;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.concurrent.ForkJoinPool;
import javax.crypto.Cipher;

/** A JVM that seals and opens a message which its heap cannot hold. */
public final class LargeMessageChild {
  private static final int PIECE = 100_000;

  private final long length;
  private final int parallelism;

  private LargeMessageChild(long length, int parallelism) {
    this.length = length;
    this.parallelism = parallelism;
  }

  /** With the length in MiB, and the number of threads. */
  public static void main(String[] arguments) throws GeneralSecurityException, IOException {
    LargeMessageChild child =
        new LargeMessageChild(Long.parseLong(arguments[0]) << 20, Integer.parseInt(arguments[1]));
    child.throughCiphers();
    child.throughStreams();
    child.requireNoneLeftBehind();
    System.out.println("sealed and opened twice: " + child.length + " bytes");
  }

  private static byte at(long place) {
    return (byte) (place ^ (place >>> 8) ^ (place >>> 16) ^ (place >>> 24));
  }

  private static int fill(byte[] piece, long from, long length) {
    int given = (int) Math.min(piece.length, length - from);
    for (int i = 0; i < given; i++) {
      piece[i] = at(from + i);
    }
    return given;
  }

  private static long check(byte[] piece, int given, long from) {
    for (int i = 0; i < given; i++) {
      if (piece[i] != at(from + i)) {
        throw new IllegalStateException("another byte at " + (from + i));
      }
    }
    return from + given;
  }

  private void requireAll(long opened) {
    if (opened != length) {
      throw new IllegalStateException("only " + opened + " bytes came out");
    }
  }

  /** Shares must not pile up for a pool that runs none. */
  private void requireNoneLeftBehind() {
    int waiting = ForkJoinPool.commonPool().getQueuedSubmissionCount();
    if (waiting > 4 * ForkJoinPool.getCommonPoolParallelism() + parallelism) {
      throw new IllegalStateException(waiting + " shares wait for the pool");
    }
  }

  private Cipher cipher(int mode) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    EnvelopeParameterSpec spec = Sample.spec().withParallelism(parallelism);
    cipher.init(mode, Sample.umk(), spec);
    return cipher;
  }

  private void throughCiphers() throws GeneralSecurityException {
    Cipher sealing = cipher(Cipher.ENCRYPT_MODE);
    Cipher opening = cipher(Cipher.DECRYPT_MODE);
    byte[] piece = new byte[PIECE];
    long opened = 0;
    for (long from = 0; from < length; from += PIECE) {
      byte[] sealed = sealing.update(piece, 0, fill(piece, from, length));
      if (sealed != null) {
        byte[] plain = opening.update(sealed);
        opened = check(plain, plain == null ? 0 : plain.length, opened);
      }
    }
    byte[] last = opening.doFinal(sealing.doFinal());
    requireAll(check(last, last.length, opened));
  }

  private void throughStreams() throws GeneralSecurityException, IOException {
    try (Envelope envelope = Envelope.with(Sample.umk()).withParallelism(parallelism);
        EnvelopeInputStream in =
            envelope.opening(new SealedOnDemand(envelope, length), Sample.context())) {
      byte[] piece = new byte[PIECE];
      long opened = 0;
      int given;
      while ((given = in.read(piece)) >= 0) {
        opened = check(piece, given, opened);
      }
      requireAll(opened);
      if (!in.isComplete()) {
        throw new IllegalStateException("not complete");
      }
    }
  }

  /** The envelope, sealed as far as it is read. */
  private static final class SealedOnDemand extends InputStream {
    private final ByteArrayOutputStream sink = new ByteArrayOutputStream();
    private final EnvelopeOutputStream out;
    private final long length;
    private final byte[] piece = new byte[PIECE];
    private byte[] ready = {};
    private int position;
    private long written;
    private boolean finished;

    SealedOnDemand(Envelope envelope, long length) {
      this.out = envelope.sealing(sink, Sample.context());
      this.length = length;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("byte by byte");
    }

    @Override
    public int read(byte[] into, int offset, int wanted) throws IOException {
      while (position == ready.length && !finished) {
        sink.reset();
        if (written < length) {
          int given = fill(piece, written, length);
          out.write(piece, 0, given);
          written += given;
        } else {
          out.finish();
          finished = true;
        }
        ready = sink.toByteArray();
        position = 0;
      }
      int given = Math.min(wanted, ready.length - position);
      System.arraycopy(ready, position, into, offset, given);
      position += given;
      return given == 0 ? -1 : given;
    }
  }
}
