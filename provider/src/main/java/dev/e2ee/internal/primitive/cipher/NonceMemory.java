package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which nonces each key has encrypted under in this process. Keys are known by a salted hash. What
 * is remembered is bounded, some 50 MiB at the most: the keys that were not used for longest are
 * forgotten first, whole, and of one key the oldest of the smallest blocks; see {@link NonceSet}.
 */
final class NonceMemory {
  /** One for all, or a second provider object would not know what the first one has used. */
  static final NonceMemory OF_THIS_PROCESS = new NonceMemory(1 << 14, 1 << 18, 1 << 16);

  private final int mostKeys;
  private final int mostBlocks;
  private final int mostBlocksOfOne;
  private final LinkedHashMap<String, NonceSet> sets = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable SecretBytes salt;
  private int blocks;

  /** With limits of its own, for tests. */
  NonceMemory(int mostKeys, int mostBlocks, int mostBlocksOfOne) {
    this.mostKeys = mostKeys;
    this.mostBlocks = mostBlocks;
    this.mostBlocksOfOne = mostBlocksOfOne;
  }

  /**
   * Takes note of a nonce.
   *
   * @param nonce 12 bytes
   * @return false when the key is known to have encrypted under it before
   */
  boolean add(Engine engine, SecretBytes key, byte[] nonce) {
    String name = nameOf(engine, key);
    synchronized (sets) {
      NonceSet set = sets.computeIfAbsent(name, any -> new NonceSet(mostBlocksOfOne));
      int before = set.blocks();
      boolean fresh = set.add(nonce);
      blocks += set.blocks() - before;
      forget();
      return fresh;
    }
  }

  /** The key just used is the last one in the map, and stays. */
  private void forget() {
    Iterator<NonceSet> eldest = sets.values().iterator();
    while (sets.size() > 1 && (sets.size() > mostKeys || blocks > mostBlocks)) {
      blocks -= eldest.next().blocks();
      eldest.remove();
    }
  }

  private SecretBytes salt(Engine engine) {
    synchronized (sets) {
      SecretBytes drawn = salt == null ? SecretBytes.adopt(engine.random(32)) : salt;
      salt = drawn;
      return drawn;
    }
  }

  private String nameOf(Engine engine, SecretBytes key) {
    byte[] bytes = key.copy();
    try {
      return HexFormat.of().formatHex(engine.hmacSha256(salt(engine), bytes), 0, 16);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
