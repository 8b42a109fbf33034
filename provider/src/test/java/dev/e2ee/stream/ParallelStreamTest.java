package dev.e2ee.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** [envelope-54] {@code withParallelism}, in every place where it can be asked for. */
class ParallelStreamTest {
  private static final int CHUNK = 16_384;
  private static final byte[] PLAINTEXT = Sample.plaintext(90 * CHUNK + 333);

  private static Envelope envelope(TestEngine engine, int threads) throws GeneralSecurityException {
    return Envelope.with(Sample.umk(), engine.provider()).withParallelism(threads);
  }

  @EveryEngine
  void theSameResults(TestEngine engine) throws GeneralSecurityException, IOException {
    Random random = Sample.random("ParallelStreamTest " + engine);
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    reference.plaintext = PLAINTEXT;
    byte[] envelope = reference.seal();
    for (int threads : new int[] {2, 3, 4, 5}) {
      Envelope parallel = envelope(engine, threads);
      assertArrayEquals(PLAINTEXT, reference.open(parallel.seal(PLAINTEXT, Sample.context())));
      assertArrayEquals(PLAINTEXT, parallel.open(envelope, Sample.context()));
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      EnvelopeOutputStream out = parallel.sealing(sink, Sample.context());
      int first = random.nextInt(PLAINTEXT.length);
      out.write(PLAINTEXT, 0, first);
      out.write(PLAINTEXT, first, PLAINTEXT.length - first);
      out.finish();
      assertArrayEquals(PLAINTEXT, reference.open(sink.toByteArray()));
      ByteArrayInputStream source = new ByteArrayInputStream(envelope);
      EnvelopeInputStream in = parallel.opening(source, Sample.context());
      assertArrayEquals(PLAINTEXT, in.readAllBytes());
      EnvelopeParameterSpec spec = Sample.spec().withParallelism(threads);
      Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), spec);
      assertArrayEquals(PLAINTEXT, reference.open(sealing.doFinal(PLAINTEXT)));
      Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), spec);
      assertArrayEquals(PLAINTEXT, opening.doFinal(envelope));
    }
  }

  @EveryEngine
  void theSameRefusals(TestEngine engine) throws GeneralSecurityException {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    reference.plaintext = PLAINTEXT;
    byte[] envelope = reference.seal();
    for (int chunk : new int[] {0, 7, 8, 17, 31, 32, 60, 89, 90}) {
      byte[] bad = envelope.clone();
      bad[179 + chunk * 16_400] ^= 1;
      for (int threads : new int[] {2, 5}) {
        Envelope parallel = envelope(engine, threads);
        Refused.with(AEADBadTagException.class, () -> parallel.open(bad, Sample.context()));
        EnvelopeInputStream in = parallel.opening(new ByteArrayInputStream(bad), Sample.context());
        ByteArrayOutputStream released = new ByteArrayOutputStream();
        IOException e = Refused.with(IOException.class, () -> in.transferTo(released));
        assertEquals(AEADBadTagException.class, e.getCause().getClass());
        assertTrue(released.size() <= chunk * CHUNK);
        assertArrayEquals(Arrays.copyOf(PLAINTEXT, released.size()), released.toByteArray());
      }
    }
  }

  @Test
  void atLeastOneAndNoMoreThanMakesSense() throws GeneralSecurityException, IOException {
    for (int threads : new int[] {0, -1, Integer.MIN_VALUE}) {
      Refused.with(IllegalArgumentException.class, () -> Sample.spec().withParallelism(threads));
      Refused.with(
          IllegalArgumentException.class,
          () -> Envelope.with(Sample.umk()).withParallelism(threads));
    }
    assertEquals(1, Sample.spec().parallelism());
    assertEquals(7, Sample.spec().withParallelism(7).parallelism());
    assertEquals(256, Sample.spec().withParallelism(Integer.MAX_VALUE).parallelism());
    assertEquals(7, Sample.chunked().withParallelism(7).withMinimumGeneration(3).parallelism());
    assertEquals(7, Sample.spec().withParallelism(7).withSuite(Suite.AES_256_GCM).parallelism());
    Envelope most = Envelope.with(Sample.umk()).withParallelism(Integer.MAX_VALUE);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    EnvelopeOutputStream out = most.sealing(sink, Sample.context());
    out.write(PLAINTEXT);
    out.finish();
    ByteArrayInputStream source = new ByteArrayInputStream(sink.toByteArray());
    assertArrayEquals(PLAINTEXT, most.opening(source, Sample.context()).readAllBytes());
  }
}
