package dev.e2ee.internal.chunk;

import static dev.e2ee.internal.format.ChunkedBody.CHUNK;
import static dev.e2ee.internal.format.ChunkedBody.SEALED_CHUNK;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import javax.crypto.AEADBadTagException;

/**
 * Seals and opens runs of full chunks, on several cores when that was asked for: the caller's
 * thread, and threads of the common pool. The result does not depend on how many, and the caller
 * waits for nobody who has not begun: a pool that is busy, or has no threads, costs no more than
 * the caller's own work.
 */
public final class ChunkWorkers implements AutoCloseable {
  /** With so many tasks waiting for each thread of the pool, it is too busy to be of help. */
  private static final int WAITING = 4;

  /** Fewer chunks for each core cost more to hand over than they gain: 128 KiB. */
  private static final int LEAST = 8;

  private final List<ChunkCipher> ciphers = new ArrayList<>();
  private final ChunkKey key;
  private final int parallelism;

  /**
   * So many full chunks in one call keep so many threads busy, and one more may be spent on what
   * was left of the call before.
   */
  public static int chunksFor(int threads) {
    return LEAST * threads + 1;
  }

  /** Takes over the key, and closes it, also when this fails. */
  ChunkWorkers(ChunkKey key, int parallelism) {
    this.key = key;
    this.parallelism = parallelism;
    this.ciphers.add(key.firstCipher());
  }

  /** The cipher of the caller's thread. */
  ChunkCipher own() {
    return ciphers.get(0);
  }

  /** Seals full chunks that lie one behind the other. */
  void seal(long first, int count, byte[] in, int offset, byte[] out, int outOffset) {
    ChunkShare.Work seal =
        (cipher, i) ->
            cipher.seal(
                first + i, in, offset + i * CHUNK, CHUNK, out, outOffset + i * SEALED_CHUNK);
    try {
      run(count, seal);
    } catch (AEADBadTagException e) {
      throw new IllegalStateException("sealing verifies nothing", e);
    }
  }

  /**
   * Opens full chunks that lie one behind the other.
   *
   * @param ours as {@link ChunkCipher#open} has it
   * @throws AEADBadTagException when the tag of one is wrong; {@code out} may then hold others
   */
  void open(long first, int count, byte[] in, int offset, byte[] out, int outOffset, boolean ours)
      throws AEADBadTagException {
    ChunkShare.Work open =
        (cipher, i) -> {
          int from = offset + i * SEALED_CHUNK;
          cipher.open(first + i, in, from, SEALED_CHUNK, out, outOffset + i * CHUNK, ours);
        };
    run(count, open);
  }

  private void run(int count, ChunkShare.Work work) throws AEADBadTagException {
    List<ChunkShare> shares = split(count, work);
    try {
      offer(shares.subList(1, shares.size()));
      shares.forEach(ChunkShare::run);
    } finally {
      // No thread works with our key, or on the caller's arrays, when this returns.
      shares.forEach(ChunkShare::settle);
    }
    // [envelope-54] The first failure in the order of the plaintext decides.
    for (ChunkShare share : shares) {
      share.throwFailure();
    }
  }

  /**
   * Shares that the pool does not take are left to the caller's thread. A pool that runs none would
   * keep every share that it is offered.
   */
  private static void offer(List<ChunkShare> shares) {
    ForkJoinPool pool = ForkJoinPool.commonPool();
    if (pool.getQueuedSubmissionCount() >= WAITING * pool.getParallelism()) {
      return;
    }
    try {
      shares.forEach(pool::execute);
    } catch (RejectedExecutionException e) {
      return; // the caller's thread does them all
    }
  }

  /** The first share is the caller's; there is one at least. */
  private List<ChunkShare> split(int count, ChunkShare.Work work) {
    int shares = Math.max(1, Math.min(parallelism, count / LEAST));
    List<ChunkShare> all = new ArrayList<>();
    for (int i = 0; i < shares; i++) {
      if (i == ciphers.size()) {
        ciphers.add(key.cipher());
      }
      int from = (int) ((long) count * i / shares);
      int to = (int) ((long) count * (i + 1) / shares);
      all.add(new ChunkShare(ciphers.get(i), work, from, to));
    }
    return all;
  }

  /** Wipes the key and lets go of the ciphers. */
  @Override
  public void close() {
    ciphers.forEach(ChunkCipher::close);
    key.close();
  }
}
