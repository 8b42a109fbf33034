package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** Another thread looks at the caller's array all the time that an altered envelope is opened. */
class WatchedArrayTest {
  private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
  private static final int CHUNK = 16_384;
  private static final int CHUNKS = 6;
  private static final int BAD = 3;
  private static final int ROUNDS = 2_000;
  private static final byte FILL = 7;

  private final byte[] plaintext = new byte[CHUNKS * CHUNK];
  private final byte[] out = new byte[CHUNKS * CHUNK];
  private final AtomicInteger seen = new AtomicInteger();
  private volatile boolean done;

  /** Of one value, so that one byte of it tells. */
  private byte[] altered() {
    Arrays.fill(plaintext, (byte) 1);
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    reference.plaintext = plaintext;
    byte[] envelope = reference.seal();
    int end = envelope.length - 16;
    envelope[end - (CHUNKS - BAD - 1) * (CHUNK + 16) - 1] ^= 1;
    return envelope;
  }

  private void watch() {
    while (!done) {
      for (int i = 0; i < CHUNK; i += 512) {
        if ((byte) BYTES.getOpaque(out, BAD * CHUNK + i) == 1) {
          seen.incrementAndGet();
        }
      }
    }
  }

  @Test
  void noByteOfARefusedChunkIsEverThere() throws Exception {
    // [envelope-30]
    byte[] envelope = altered();
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    EnvelopeParameterSpec spec = new EnvelopeParameterSpec(Sample.context());
    Thread watcher = new Thread(this::watch, "watcher");
    watcher.start();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        Arrays.fill(out, FILL);
        cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), spec);
        assertThrows(
            AEADBadTagException.class, () -> cipher.doFinal(envelope, 0, envelope.length, out, 0));
      }
    } finally {
      done = true;
      watcher.join();
    }
    assertEquals(0, seen.get(), "looks that saw a byte of the refused chunk");
  }
}
