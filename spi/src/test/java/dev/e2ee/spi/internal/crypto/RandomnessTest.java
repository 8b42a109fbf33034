package dev.e2ee.spi.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** [envelope-27]: what every DEK, nonce and salt is drawn from. */
class RandomnessTest {
  private static final Provider AES = Security.getProvider("SunJCE");

  private final CountingParent parent = new CountingParent();
  private final AtomicLong clock = new AtomicLong();

  private static byte[] draw(Randomness randomness, int length) {
    byte[] out = new byte[length];
    randomness.fill(out);
    return out;
  }

  /** One that is past its first bytes. */
  private Randomness warm() {
    Randomness randomness = new Randomness(parent, AES, clock::get, () -> 0);
    draw(randomness, Randomness.AT_FIRST);
    return randomness;
  }

  @Test
  void givesTheParentsOwnBytesAtFirst() {
    Randomness randomness = new Randomness(parent, AES, clock::get, () -> 0);
    int direct = Randomness.AT_FIRST / 32;
    for (int i = 1; i <= direct; i++) {
      assertArrayEquals(CountingParent.bytes(i, 32), draw(randomness, 32));
    }
    assertEquals(0, parent.seeds());
    draw(randomness, 32);
    draw(randomness, 32);
    assertEquals(direct, parent.draws());
    assertEquals(1, parent.seeds());
  }

  @Test
  void makesASeedOfEveryDrawWhereTheJdkHasNoAes() {
    Randomness randomness = new Randomness(parent, null, clock::get, () -> 0);
    for (int i = 1; i <= 40; i++) {
      assertArrayEquals(CountingParent.bytes(i, 32), draw(randomness, 32));
      assertEquals(i, parent.seeds());
    }
    assertEquals(0, parent.draws());
  }

  /** A DRBG has the same state in both, and asks the system for seeds only. */
  @Test
  void copiesOfAMachineWithADrbgDrawApart() {
    for (Provider aes : new Provider[] {AES, null}) {
      CountingParent one = CountingParent.drbg(0);
      CountingParent two = CountingParent.drbg(100);
      Randomness here = new Randomness(one, aes, clock::get, () -> 0);
      Randomness there = new Randomness(two, aes, clock::get, () -> 0);
      for (int i = 0; i < 40; i++) {
        assertFalse(Arrays.equals(draw(here, 32), draw(there, 32)));
      }
      assertEquals(0, one.draws() + two.draws());
    }
  }

  @Test
  void isSeededAnewAsTimeGoesBy() {
    Randomness randomness = warm();
    draw(randomness, 32);
    for (int i = 1; i <= 5; i++) {
      clock.addAndGet(Generator.SEED_LASTS);
      draw(randomness, 32);
      draw(randomness, 32);
      assertEquals(1 + i, parent.seeds());
    }
  }

  @Test
  void aFailureOfTheParentIsTold() {
    Randomness randomness = warm();
    draw(randomness, 32);
    clock.addAndGet(Generator.SEED_LASTS);
    parent.fail(true);
    assertThrows(ProviderException.class, () -> draw(randomness, 32));
    assertThrows(ProviderException.class, () -> draw(randomness, 32));
    parent.fail(false);
    draw(randomness, 32);
    assertEquals(2, parent.seeds(), "what failed is not used again");
  }

  @Test
  void repeatsNothingAcrossThreads() throws Exception {
    Randomness randomness = Randomness.ofTheJdk();
    int threads = 8;
    int draws = 125_000;
    List<long[]> results =
        inThreads(
            threads,
            () ->
                LongStream.range(0, draws)
                    .map(i -> ByteBuffer.wrap(draw(randomness, 12)).getLong())
                    .toArray());
    long[] all = results.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    assertEquals(threads * draws, all.length);
    for (int i = 1; i < all.length; i++) {
      assertNotEquals(all[i - 1], all[i]);
    }
  }

  /** Many more threads than generators are kept: each gets its bytes, and they differ. */
  @Test
  void letsNobodyWait() throws Exception {
    Randomness randomness =
        new Randomness(new SecureRandom(), AES, System::currentTimeMillis, System::nanoTime);
    int threads = 200;
    CyclicBarrier together = new CyclicBarrier(threads);
    List<Long> results =
        inThreads(
            threads,
            () -> {
              together.await();
              byte[] last = new byte[0];
              for (int i = 0; i < 500; i++) {
                last = draw(randomness, 44);
              }
              return ByteBuffer.wrap(last).getLong();
            });
    assertEquals(threads, results.stream().distinct().count());
  }

  private static <T> List<T> inThreads(int count, Callable<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        futures.add(threads.submit(work));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(1, TimeUnit.MINUTES));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Proves nothing, and finds a generator that is plainly broken. */
  @Test
  void looksRandom() {
    byte[] sample = draw(Randomness.ofTheJdk(), 1 << 20);
    int[] counts = new int[256];
    int ones = 0;
    int sameAsBefore = 0;
    for (int i = 0; i < sample.length; i++) {
      counts[sample[i] & 0xff]++;
      ones += Integer.bitCount(sample[i] & 0xff);
      sameAsBefore += i > 0 && sample[i] == sample[i - 1] ? 1 : 0;
    }
    double expected = sample.length / 256.0;
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    assertTrue(chiSquare > 130 && chiSquare < 420, "chi-square of 255 degrees: " + chiSquare);
    assertEquals(4.0 * sample.length, ones, 6 * Math.sqrt(2.0 * sample.length), "ones");
    assertEquals(expected, sameAsBefore, 7 * Math.sqrt(expected), "neighbours alike");
  }

  @Test
  void isOneForAllEngines() {
    assertSame(Randomness.ofTheJdk(), Randomness.ofTheJdk());
    assertNotEquals(
        ByteBuffer.wrap(Engine.jdk().random(32)), ByteBuffer.wrap(Engine.jdk().random(32)));
  }

  @Test
  void itsParentIsTheJdksOwnOrNone() throws NoSuchAlgorithmException {
    Provider sun = Security.getProvider("SUN");
    int place = List.of(Security.getProviders()).indexOf(sun) + 1;
    assertSame(sun, Randomness.jdkParent().getProvider());
    assertEquals("NativePRNGNonBlocking", Randomness.jdkParent().getAlgorithm());
    assertEquals("DRBG", Randomness.drbg(sun).getAlgorithm());
    assertTrue(Randomness.drbg(sun).getParameters().toString().startsWith("256"));
    Security.removeProvider("SUN");
    try {
      assertThrows(ProviderException.class, Randomness::jdkParent);
    } finally {
      Security.insertProviderAt(sun, place);
    }
  }
}
