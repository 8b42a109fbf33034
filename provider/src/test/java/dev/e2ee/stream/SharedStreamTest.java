package dev.e2ee.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that share a stream by mistake: they must not seal two chunks under one nonce. */
class SharedStreamTest {
  private static final int WRITE = 50_000;

  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void writersWaitForEachOther() throws Exception {
    for (int round = 0; round < 20; round++) {
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      try (Envelope envelope = Envelope.with(Sample.umk()).withParallelism(1 + round % 2);
          EnvelopeOutputStream out = envelope.sealing(sink, Sample.context())) {
        CountDownLatch go = new CountDownLatch(1);
        Future<Void> a = threads.submit(writer(out, (byte) 'a', go));
        Future<Void> b = threads.submit(writer(out, (byte) 'b', go));
        go.countDown();
        a.get(60, TimeUnit.SECONDS);
        b.get(60, TimeUnit.SECONDS);
        out.finish();
        assertEachWriteIsWhole(envelope.open(sink.toByteArray(), Sample.context()));
      }
    }
  }

  private static Callable<Void> writer(EnvelopeOutputStream out, byte letter, CountDownLatch go) {
    byte[] bytes = new byte[WRITE];
    Arrays.fill(bytes, letter);
    return () -> {
      go.await();
      for (int i = 0; i < 10; i++) {
        out.write(bytes);
      }
      return null;
    };
  }

  private static void assertEachWriteIsWhole(byte[] plaintext) {
    assertEquals(20 * WRITE, plaintext.length);
    for (int from = 0; from < plaintext.length; from += WRITE) {
      for (int i = from; i < from + WRITE; i++) {
        assertEquals(plaintext[from], plaintext[i]);
      }
    }
  }

  /** A sink whose writes wait until it is closed. */
  private static final class Stuck extends OutputStream {
    final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      entered.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void whatAnotherThreadClosedIsNeverFinished() throws Exception {
    Stuck sink = new Stuck();
    EnvelopeOutputStream out = open(sink);
    Future<Void> writer =
        threads.submit(
            () -> {
              out.write(Sample.plaintext(100)); // stays inside; the sink gets a write of nothing
              out.write(Sample.plaintext(200_000));
              return null;
            });
    assertTrue(sink.entered.await(30, TimeUnit.SECONDS));
    assertThrows(IOException.class, out::close);
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> writer.get(30, TimeUnit.SECONDS));
    assertEquals(IOException.class, failed.getCause().getClass());
    assertThrows(IOException.class, out::finish);
    assertEquals(false, out.isOpen());
  }

  private static EnvelopeOutputStream open(OutputStream sink) throws GeneralSecurityException {
    return Envelope.with(Sample.umk()).sealing(sink, Sample.context());
  }
}
