package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/** Many threads over one {@link Envelope}, and over ciphers of one provider. */
class ThreadStormTest {
  private static final int THREADS = 24;
  private static final int ROUNDS = 150;

  @EveryEngine
  void storm(TestEngine engine) throws Exception {
    Random seeds = Sample.random("ThreadStormTest.storm " + engine);
    Envelope shared = Envelope.with(Sample.umk(), engine.provider());
    Set<String> nonces = ConcurrentHashMap.newKeySet();
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seeds.nextLong());
      RecordContext own = RecordContext.of("user" + i, "note", "42");
      threads.add(
          () -> {
            Cipher cipher = engine.cipher();
            start.await();
            for (int round = 0; round < ROUNDS; round++) {
              nonces.add(once(shared, cipher, own, random));
            }
            return null;
          });
    }
    runAll(threads);
    assertEquals(THREADS * ROUNDS, nonces.size());
  }

  private static void runAll(List<Callable<Void>> threads)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Void> end : pool.invokeAll(threads)) {
        end.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** The same key, with suite 2 and two threads. */
  private static Envelope chunks(Envelope shared) {
    return shared.withSuite(Suite.AES_256_GCM_CHUNKED).withParallelism(2);
  }

  private static byte[] inPieces(Cipher cipher, byte[] in, Random random)
      throws GeneralSecurityException {
    int cut = random.nextInt(in.length + 1);
    byte[] start = cipher.update(in, 0, cut);
    byte[] end = cipher.doFinal(in, cut, in.length - cut);
    return start == null ? end : ReferenceEnvelope.concat(start, end);
  }

  /** Seals one way, opens the other, and gives the nonces back. */
  private static String once(Envelope shared, Cipher cipher, RecordContext own, Random random)
      throws GeneralSecurityException {
    byte[] plaintext = new byte[random.nextInt(random.nextInt(20) == 0 ? 300_000 : 3000)];
    random.nextBytes(plaintext);
    EnvelopeParameterSpec spec = new EnvelopeParameterSpec(own).withParallelism(2);
    boolean chunked = plaintext.length > 65_536 || random.nextInt(4) == 0;
    if (chunked) {
      spec = spec.withSuite(Suite.AES_256_GCM_CHUNKED);
    }
    byte[] envelope;
    if (random.nextBoolean()) {
      envelope = (chunked ? chunks(shared) : shared).seal(plaintext, own);
      cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), spec);
      assertArrayEquals(plaintext, inPieces(cipher, envelope, random));
    } else {
      cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), spec);
      envelope = inPieces(cipher, plaintext, random);
      assertArrayEquals(plaintext, chunks(shared).open(envelope, own));
    }
    assertEquals(chunked ? 2 : 1, envelope[5]);
    if (random.nextInt(8) == 0) {
      ReferenceEnvelope reference = ReferenceEnvelope.of(own);
      assertArrayEquals(plaintext, (chunked ? reference.chunked() : reference).open(envelope));
      assertThrowsExactly(AEADBadTagException.class, () -> shared.open(envelope, Sample.context()));
    }
    return Arrays.toString(Arrays.copyOfRange(envelope, 31, 43));
  }
}
