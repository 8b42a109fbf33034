package dev.e2ee.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;

/** Sources and sinks that do what real ones do on a bad day. */
final class Faulty {
  private Faulty() {}

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable t) throws T {
    throw (T) t;
  }

  /** Gives so many bytes, then throws. */
  static InputStream source(byte[] bytes, int failAt, Throwable failure) {
    return new InputStream() {
      private final InputStream real = new ByteArrayInputStream(bytes, 0, failAt);

      @Override
      public int read() {
        throw new AssertionError("read byte by byte");
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int given = real.read(into, offset, length);
        if (given < 0) {
          sneak(failure);
        }
        return given;
      }
    };
  }

  /** Gives a byte or two at a time, and often none. */
  static InputStream trickle(byte[] bytes, Random random, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, random.nextInt(most + 1)));
      }
    };
  }

  /** Takes so many bytes, then throws; remembers what was asked of it. */
  static final class Sink extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final int failAt;
    private final Throwable failure;
    private boolean failsToFlush;
    private boolean failsToClose;
    private int flushes;
    private int closes;

    Sink() {
      this(Integer.MAX_VALUE, new AssertionError("never"));
    }

    Sink(int failAt, Throwable failure) {
      this.failAt = failAt;
      this.failure = failure;
    }

    Sink failingToFlush() {
      failsToFlush = true;
      return this;
    }

    Sink failingToClose() {
      failsToClose = true;
      return this;
    }

    byte[] bytes() {
      return taken.toByteArray();
    }

    int flushes() {
      return flushes;
    }

    int closes() {
      return closes;
    }

    @Override
    public void write(int b) throws IOException {
      throw new AssertionError("written byte by byte");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int room = Math.min(length, failAt - taken.size());
      taken.write(bytes, offset, room);
      if (room < length) {
        sneak(failure);
      }
    }

    @Override
    public void flush() throws IOException {
      flushes++;
      if (failsToFlush) {
        sneak(failure);
      }
    }

    @Override
    public void close() throws IOException {
      closes++;
      if (failsToClose) {
        sneak(failure);
      }
    }
  }
}
