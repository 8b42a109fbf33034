package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that share an opening cipher by mistake: errors, but never a byte that is wrong. */
class SharedCipherTest {
  private static final int CHUNK = 16_384;
  private static final int CHUNKS = 12;
  private static final int PIECE = 4 * 16_400;

  private final byte[] plaintext = ReferenceEnvelope.random(CHUNKS * CHUNK);
  private final Set<String> verified = new HashSet<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private byte[] sealed() {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    reference.plaintext = plaintext;
    for (int from = 0; from < plaintext.length; from += CHUNK) {
      verified.add(hash(plaintext, from));
    }
    return reference.seal();
  }

  private static String hash(byte[] bytes, int from) {
    return Arrays.toString(Arrays.copyOfRange(bytes, from, from + CHUNK));
  }

  @Test
  void givesOnlyWhatIsVerified() throws Exception {
    // [envelope-30] [envelope-49]
    byte[] envelope = sealed();
    int given = 0;
    for (int round = 0; round < 300; round++) {
      Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
      cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), new EnvelopeParameterSpec(Sample.context()));
      cipher.update(envelope, 0, 195);
      CyclicBarrier together = new CyclicBarrier(2);
      Future<Integer> one = threads.submit(reader(cipher, envelope, together));
      Future<Integer> two = threads.submit(reader(cipher, envelope, together));
      given += one.get(1, TimeUnit.MINUTES) + two.get(1, TimeUnit.MINUTES);
    }
    assertTrue(given > 0, "nothing was given at all");
  }

  /** Feeds all of the envelope, and checks each chunk that comes out; gives their number. */
  private Callable<Integer> reader(Cipher cipher, byte[] envelope, CyclicBarrier together) {
    return () -> {
      together.await();
      int given = 0;
      try {
        for (int from = 195; from < envelope.length; from += PIECE) {
          byte[] out = cipher.update(envelope, from, Math.min(PIECE, envelope.length - from));
          given += checked(out);
        }
        return given + checked(cipher.doFinal());
      } catch (GeneralSecurityException | RuntimeException e) {
        return given; // what a mistake deserves
      }
    };
  }

  private int checked(byte[] out) {
    assertEquals(0, out.length % CHUNK);
    for (int from = 0; from < out.length; from += CHUNK) {
      assertTrue(verified.contains(hash(out, from)), "a chunk that was never sealed");
    }
    return out.length / CHUNK;
  }
}
