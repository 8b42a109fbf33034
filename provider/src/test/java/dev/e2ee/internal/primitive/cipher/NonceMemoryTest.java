package dev.e2ee.internal.primitive.cipher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is remembered of nonces: exact where it is not forgotten, and bounded. */
class NonceMemoryTest {
  private static final Engine ENGINE = Engine.jdk();

  private static byte[] nonce(int high, long low) {
    return ByteBuffer.allocate(12).putInt(high).putLong(low).array();
  }

  private static SecretBytes key(int number) {
    return SecretBytes.adopt(ByteBuffer.allocate(32).putInt(number).array());
  }

  @Test
  void isASetWhateverTheOrder() {
    Random random = Sample.random("NonceMemoryTest.isASetWhateverTheOrder");
    for (int round = 0; round < 200; round++) {
      NonceSet set = new NonceSet(1 << 16);
      Set<Long> reference = new HashSet<>();
      int range = 1 + random.nextInt(300);
      long start = random.nextLong();
      for (int i = 0; i < 400; i++) {
        long low = start + random.nextInt(range);
        assertEquals(reference.add(low), set.add(nonce(7, low)));
      }
      for (long low = start - 2; low < start + range + 2; low++) {
        assertEquals(reference.add(low), set.add(nonce(7, low)));
      }
    }
  }

  @Test
  void aCounterTakesFewBlocksAndIsNeverForgotten() {
    long mask = 0x1234_5678_9abc_def0L;
    for (long xor : new long[] {0, mask}) {
      NonceSet set = new NonceSet(40);
      for (long i = 0; i < 100_000; i++) {
        assertTrue(set.add(nonce(-1, i ^ xor)));
      }
      assertTrue(set.blocks() <= 17, () -> set.blocks() + " blocks");
      for (long i = 0; i < 100_000; i += 7) {
        assertFalse(set.add(nonce(-1, i ^ xor)));
      }
      assertTrue(set.add(nonce(0, 5 ^ xor)), "another beginning");
    }
  }

  @Test
  void theHighestBlocksToo() {
    NonceSet set = new NonceSet(100);
    for (long low : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0, 1}) {
      assertTrue(set.add(nonce(0, low)));
      assertFalse(set.add(nonce(0, low)));
    }
  }

  @Test
  void singleNoncesAreForgottenOldestFirst() {
    NonceSet set = new NonceSet(100);
    List<byte[]> single = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      single.add(nonce(i, 1000L * i));
      assertTrue(set.add(single.get(i)));
      assertTrue(set.blocks() <= 100);
    }
    for (int i = 50; i < 150; i++) {
      assertFalse(set.add(single.get(i)));
    }
    assertTrue(set.add(single.get(0)));
  }

  @Test
  void aCounterOutlastsRandomNonces() {
    NonceSet set = new NonceSet(1000);
    for (long i = 0; i < 5000; i++) {
      assertTrue(set.add(nonce(0, i)));
    }
    Random random = Sample.random("NonceMemoryTest.aCounterOutlastsRandomNonces");
    for (int i = 0; i < 10_000; i++) {
      assertTrue(set.add(nonce(1 + i, random.nextLong())));
      assertTrue(set.blocks() <= 1000);
    }
    for (long i = 0; i < 5000 - 8; i++) {
      assertFalse(set.add(nonce(0, i)), "only its last eight are single");
    }
  }

  @Test
  void keysAreKnownByTheirBytesAndApart() {
    NonceMemory memory = new NonceMemory(10, 100, 50);
    assertTrue(memory.add(ENGINE, key(1), nonce(0, 1)));
    assertTrue(memory.add(ENGINE, key(2), nonce(0, 1)));
    assertFalse(memory.add(ENGINE, key(1), nonce(0, 1)));
    assertTrue(memory.add(ENGINE, key(1), nonce(0, 2)));
  }

  @Test
  void theKeyThatWasNotUsedForLongestIsForgotten() {
    NonceMemory memory = new NonceMemory(10, 1000, 50);
    for (int i = 0; i < 10; i++) {
      assertTrue(memory.add(ENGINE, key(i), nonce(0, 1)));
    }
    assertFalse(memory.add(ENGINE, key(0), nonce(0, 1)), "used again");
    assertTrue(memory.add(ENGINE, key(10), nonce(0, 1)));
    assertFalse(memory.add(ENGINE, key(0), nonce(0, 1)));
    assertFalse(memory.add(ENGINE, key(2), nonce(0, 1)));
    assertTrue(memory.add(ENGINE, key(1), nonce(0, 1)), "forgotten");
  }

  @Test
  void allTogetherAreBounded() {
    NonceMemory memory = new NonceMemory(1000, 100, 60);
    for (int k = 0; k < 20; k++) {
      for (int i = 0; i < 60; i++) {
        assertTrue(memory.add(ENGINE, key(k), nonce(i, i)));
      }
    }
    for (int i = 0; i < 60; i++) {
      assertFalse(memory.add(ENGINE, key(19), nonce(i, i)), "the key in use is not forgotten");
    }
    List<Integer> remembered = new ArrayList<>();
    for (int k = 18; k >= 0; k--) {
      if (!memory.add(ENGINE, key(k), nonce(0, 0))) {
        remembered.add(k);
      }
    }
    assertTrue(remembered.size() <= 1, () -> remembered + " and the last");
    assertEquals(remembered.stream().sorted(Collections.reverseOrder()).toList(), remembered);
  }
}
