package dev.e2ee.benchmarks.memory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Finds keys in memory, in every form that gives the key away: its bytes; the same bytes as numbers
 * of 32 or 64 bits in the order of this CPU, which round keys of AES begin with; and the paddings
 * that HMAC makes of a key. The first half of the key is enough for a find: it stands in all of
 * these, and 16 random bytes are nowhere by chance.
 */
final class KeySearch {
  /** So many bytes are compared. */
  static final int LENGTH = 16;

  private static final int[] PADDINGS = {0, 0x36, 0x5c};
  private static final int[] WORDS = {1, Integer.BYTES, Long.BYTES};

  private final Map<Integer, List<Needle>> byStart = new HashMap<>();
  private final boolean[] starts = new boolean[1 << 16];

  private record Needle(ByteBuffer bytes, KeyKind kind) {}

  /** For these keys. */
  KeySearch(List<KnownKey> keys) {
    for (KnownKey key : keys) {
      for (int padding : PADDINGS) {
        for (int word : WORDS) {
          add(form(key.bytes(), padding, word), key.kind());
        }
      }
    }
  }

  private static ByteBuffer form(byte[] key, int padding, int word) {
    byte[] form = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      int inWord = i % word;
      form[i - inWord + (word - 1 - inWord)] = (byte) (key[i] ^ padding);
    }
    return ByteBuffer.wrap(form);
  }

  private void add(ByteBuffer bytes, KeyKind kind) {
    int start = bytes.getInt(0);
    byStart.computeIfAbsent(start, s -> new ArrayList<>()).add(new Needle(bytes, kind));
    starts[start >>> Short.SIZE] = true;
  }

  /** Tells every place, from the buffer's start to its limit. */
  void in(ByteBuffer memory, BiConsumer<Integer, KeyKind> found) {
    for (int at = 0; at + LENGTH <= memory.limit(); at++) {
      int start = memory.getInt(at);
      if (starts[start >>> Short.SIZE]) {
        for (Needle needle : byStart.getOrDefault(start, List.of())) {
          if (memory.slice(at, LENGTH).equals(needle.bytes)) {
            found.accept(at, needle.kind);
          }
        }
      }
    }
  }
}
