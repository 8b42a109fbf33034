package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.e2ee.envelope.Suite;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;

/**
 * Threads that each own a slice of one array, as pooled buffers have it. An engine in native code
 * that writes the whole array back would undo what the others wrote.
 */
class SharedArrayTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 60;
  private static final int PLAIN = 5000;
  private static final int SLICE = 6000;

  @EveryEngine
  void eachThreadKeepsToItsSlice(TestEngine engine) throws Exception {
    byte[] array = new byte[THREADS * SLICE + (1 << 20)];
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int slice = i * SLICE;
      Suite suite = i % 2 == 0 ? Suite.AES_256_GCM : Suite.AES_256_GCM_CHUNKED;
      threads.add(
          () -> {
            start.await();
            for (int round = 0; round < ROUNDS; round++) {
              sealAndOpen(engine, suite, array, slice);
            }
            return null;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Void> end : pool.invokeAll(threads)) {
        end.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void sealAndOpen(TestEngine engine, Suite suite, byte[] array, int slice)
      throws Exception {
    byte[] plaintext = Sample.plaintext(PLAIN);
    Cipher sealing =
        engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec().withSuite(suite));
    int sealed = sealing.doFinal(plaintext, 0, PLAIN, array, slice);
    assertArrayEquals(plaintext, engine.opening().doFinal(array, slice, sealed));
    int opened = engine.opening().doFinal(array, slice, sealed, array, slice);
    assertArrayEquals(plaintext, Arrays.copyOfRange(array, slice, slice + opened));
  }
}
