package dev.e2ee.spi.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.SecretBytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class RawUmkTest {
  private static final byte[] AAD = {1, 2, 3};
  private static final int THREADS = 4;
  private static final int ROUNDS = 400;

  private final byte[] key = Engine.jdk().random(32);
  private final SpyEngine spy = new SpyEngine(key);
  private final Engine engine = Engine.of(spy);

  private RawUmk umk() {
    return umk(engine);
  }

  private RawUmk umk(Engine with) {
    return new RawUmk(with, SecretBytes.copyOf(key));
  }

  /** What the JDK's engine opens under the key itself. */
  private byte[] reference(byte[] wrapped) throws AEADBadTagException {
    return Box.open(Engine.jdk(), SecretBytes.copyOf(key), wrapped, AAD);
  }

  @Test
  void wrapsAndUnwrapsWithOneCipherForEach() throws AEADBadTagException {
    RawUmk umk = umk();
    for (int i = 0; i < 20; i++) {
      byte[] dek = engine.random(32);
      byte[] wrapped = umk.wrap(SecretBytes.copyOf(dek), AAD);
      assertArrayEquals(dek, reference(wrapped));
      assertArrayEquals(dek, umk.unwrap(wrapped, AAD).copy());
    }
    assertEquals(2, spy.ciphers.get(), "one to seal, one to open");
  }

  /** The next key overwrites the last one in the engine's ciphers. */
  @Test
  void leavesItsCiphersToTheNextKey() throws AEADBadTagException {
    for (int i = 0; i < 20; i++) {
      try (RawUmk umk = umk()) {
        byte[] wrapped = umk.wrap(SecretBytes.copyOf(new byte[32]), AAD);
        assertArrayEquals(new byte[32], umk.unwrap(wrapped, AAD).copy());
      }
    }
    assertEquals(2, spy.ciphers.get(), "one to seal, one to open");
  }

  @Test
  void goesOnWithAnotherCipherAfterARefusal() throws AEADBadTagException {
    RawUmk umk = umk();
    byte[] wrapped = umk.wrap(SecretBytes.copyOf(new byte[32]), AAD);
    byte[] changed = wrapped.clone();
    changed[20] ^= 1;
    assertThrows(AEADBadTagException.class, () -> umk.unwrap(changed, AAD));
    assertThrows(AEADBadTagException.class, () -> umk.unwrap(new byte[27], AAD));
    assertArrayEquals(new byte[32], umk.unwrap(wrapped, AAD).copy());
  }

  @Test
  void isOverWhenClosed() {
    RawUmk umk = umk();
    byte[] wrapped = umk.wrap(SecretBytes.copyOf(new byte[32]), AAD);
    umk.close();
    umk.close();
    assertThrows(
        IllegalStateException.class, () -> umk.wrap(SecretBytes.copyOf(new byte[32]), AAD));
    assertThrows(IllegalStateException.class, () -> umk.unwrap(wrapped, AAD));
    assertThrows(IllegalStateException.class, umk::id);
    assertEquals(0, spy.otherKeys.get());
  }

  /** Whatever runs while another thread closes: it is under the whole key, or it is refused. */
  @Test
  void neverWorksUnderAKeyThatIsBeingWiped() throws Exception {
    closeWhileInUse(engine);
    assertEquals(0, spy.otherKeys.get(), "keys that the engine saw and that were not the key");
    closeWhileInUse(Engine.jdk());
  }

  private void closeWhileInUse(Engine with) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    Random random = new Random(7);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        RawUmk umk = umk(with);
        AtomicInteger done = new AtomicInteger();
        List<Future<List<byte[]>>> ends = new ArrayList<>();
        for (Callable<List<byte[]>> work : Collections.nCopies(THREADS, untilClosed(umk, done))) {
          ends.add(threads.submit(work));
        }
        int when = random.nextInt(60);
        while (done.get() < when && ends.stream().noneMatch(Future::isDone)) {
          Thread.onSpinWait();
        }
        umk.close();
        for (Future<List<byte[]>> end : ends) {
          for (byte[] wrapped : end.get()) {
            assertArrayEquals(new byte[32], reference(wrapped));
          }
        }
        assertThrows(IllegalStateException.class, umk::id);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<List<byte[]>> untilClosed(RawUmk umk, AtomicInteger done) {
    return () -> {
      List<byte[]> wraps = new ArrayList<>();
      try (SecretBytes dek = SecretBytes.adopt(new byte[32])) {
        while (true) {
          byte[] wrapped = umk.wrap(dek, AAD);
          wraps.add(wrapped);
          assertArrayEquals(new byte[32], umk.unwrap(wrapped, AAD).copy());
          done.incrementAndGet();
        }
      } catch (IllegalStateException closed) {
        return wraps;
      }
    };
  }
}
