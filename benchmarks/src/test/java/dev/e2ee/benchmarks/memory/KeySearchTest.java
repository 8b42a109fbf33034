package dev.e2ee.benchmarks.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeySearchTest {
  private static final int SIZE = 1000;

  private final byte[] key = random(32);
  private final byte[] other = random(32);
  private final KeySearch search =
      new KeySearch(
          List.of(
              new KnownKey(KeyKind.DEK, key.clone()),
              new KnownKey(KeyKind.MASTER_KEY, other.clone())));

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length + System.nanoTime()).nextBytes(bytes);
    return bytes;
  }

  private List<String> found(ByteBuffer memory) {
    List<String> found = new ArrayList<>();
    search.in(memory, (at, kind) -> found.add(at + " " + kind));
    return found;
  }

  @Test
  void findsEachKeyAtBothEndsAndBetween() {
    ByteBuffer memory = ByteBuffer.wrap(random(SIZE));
    memory.put(0, key).put(333, other).put(SIZE - 32, key);
    assertEquals(List.of("0 DEK", "333 MASTER_KEY", SIZE - 32 + " DEK"), found(memory));
    memory.limit(SIZE - 17);
    assertEquals(List.of("0 DEK", "333 MASTER_KEY"), found(memory), "half of it is not there");
  }

  @Test
  void findsNumbersInTheOrderOfTheCpu() {
    ByteBuffer big = ByteBuffer.wrap(key);
    ByteBuffer memory = ByteBuffer.wrap(random(SIZE)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 8; i++) {
      memory.putInt(100 + 4 * i, big.getInt(4 * i));
    }
    for (int i = 0; i < 4; i++) {
      memory.putLong(200 + 8 * i, big.getLong(8 * i));
    }
    memory.order(ByteOrder.BIG_ENDIAN);
    assertEquals(List.of("100 DEK", "200 DEK"), found(memory));
  }

  @Test
  void findsThePaddingsOfHmac() {
    ByteBuffer memory = ByteBuffer.wrap(random(SIZE));
    for (int i = 0; i < 32; i++) {
      memory.put(50 + i, (byte) (key[i] ^ 0x36)).put(100 + i, (byte) (key[i] ^ 0x5c));
    }
    assertEquals(List.of("50 DEK", "100 DEK"), found(memory));
  }

  @Test
  void findsNothingInWhatOnlyBeginsLikeAKey() {
    ByteBuffer memory = ByteBuffer.wrap(random(SIZE));
    memory.put(50, key);
    memory.put(65, (byte) ~key[15]);
    assertEquals(List.of(), found(memory));
  }
}
