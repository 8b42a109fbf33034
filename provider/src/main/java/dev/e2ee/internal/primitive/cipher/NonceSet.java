package dev.e2ee.internal.primitive.cipher;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The nonces of one key, as aligned blocks: once both halves of a block have been used, the block
 * stands for them. So a counter in the last eight bytes, big-endian and step by step, and one under
 * a mask, as in TLS, takes some tens of blocks for however many nonces. Random nonces take a block
 * each, as do other counters; beyond a limit the oldest of the smallest blocks are forgotten. For
 * one thread at a time.
 */
final class NonceSet {
  /** Blocks span up to 2^63 nonces: the low bits of the last eight bytes. */
  private static final int LEVELS = 64;

  /** A table that was larger is not kept for the few blocks that are left. */
  private static final int LARGE = 64;

  /**
   * So many nonces that begin alike; how many, its place in the list says.
   *
   * @param high the first four bytes
   * @param low the other eight, with the low bits 0
   */
  private record Block(int high, long low) {
    static Block of(int level, int high, long low) {
      return new Block(high, low & (-1L << level));
    }

    Block otherHalf(int level) {
      return new Block(high, low ^ (1L << level));
    }
  }

  /** The blocks of one level, oldest first. */
  private static final class Level {
    private LinkedHashSet<Block> blocks = new LinkedHashSet<>();
    private int most;

    void add(Block block) {
      blocks.add(block);
      most = Math.max(most, blocks.size());
    }

    boolean remove(Block block) {
      boolean there = blocks.remove(block);
      if (there && most > LARGE && blocks.size() < most / 4) {
        blocks = new LinkedHashSet<>(blocks);
        most = blocks.size();
      }
      return there;
    }

    void forgetOldest() {
      Iterator<Block> oldest = blocks.iterator();
      remove(oldest.next());
    }
  }

  private final int mostBlocks;
  private final List<Level> levels = new ArrayList<>();
  private int blocks;

  /** That forgets beyond so many blocks. */
  NonceSet(int mostBlocks) {
    this.mostBlocks = mostBlocks;
  }

  /** How many blocks it takes now. */
  int blocks() {
    return blocks;
  }

  /** Adds one of 12 bytes; false when it is there already. */
  boolean add(byte[] nonce) {
    ByteBuffer in = ByteBuffer.wrap(nonce);
    int high = in.getInt();
    long low = in.getLong();
    for (int level = 0; level < levels.size(); level++) {
      if (levels.get(level).blocks.contains(Block.of(level, high, low))) {
        return false;
      }
    }
    int level = 0;
    while (level < LEVELS - 1 && has(level, Block.of(level, high, low).otherHalf(level))) {
      level++;
    }
    while (levels.size() <= level) {
      levels.add(new Level());
    }
    levels.get(level).add(Block.of(level, high, low));
    blocks++;
    for (int half = 0; half < level; half++) {
      remove(half, Block.of(half, high, low).otherHalf(half));
    }
    if (blocks > mostBlocks) {
      forgetOne();
    }
    return true;
  }

  private boolean has(int level, Block block) {
    return level < levels.size() && levels.get(level).blocks.contains(block);
  }

  private void remove(int level, Block block) {
    if (levels.get(level).remove(block)) {
      blocks--;
    }
  }

  private void forgetOne() {
    for (Level level : levels) {
      if (!level.blocks.isEmpty()) {
        level.forgetOldest();
        blocks--;
        return;
      }
    }
  }
}
