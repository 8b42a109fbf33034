package dev.e2ee.internal.core;

import static dev.e2ee.internal.format.ChunkedBody.CHUNK;
import static dev.e2ee.internal.format.ChunkedBody.SEALED_CHUNK;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens runs of full chunks, on several cores when that was asked for: the caller's
 * thread, and threads of the common pool. The result does not depend on how many.
 */
final class ChunkWorkers implements AutoCloseable {
  /** Fewer chunks for each core cost more to hand over than they gain: 128 KiB. */
  private static final int LEAST = 8;

  private final List<ChunkCipher> ciphers = new ArrayList<>();
  private final ChunkKey key;
  private final int parallelism;

  /** Takes over the key, and closes it. */
  ChunkWorkers(ChunkKey key, int parallelism) {
    this.key = key;
    this.parallelism = parallelism;
    this.ciphers.add(key.cipher());
  }

  /** The cipher of the caller's thread. */
  ChunkCipher own() {
    return ciphers.get(0);
  }

  /** Seals full chunks that lie one behind the other. */
  void seal(long first, int count, byte[] in, int offset, byte[] out, int outOffset) {
    Work seal =
        (cipher, i) ->
            cipher.seal(
                first + i, in, offset + i * CHUNK, CHUNK, out, outOffset + i * SEALED_CHUNK);
    AEADBadTagException failure = run(count, seal);
    if (failure != null) {
      throw new IllegalStateException("sealing verifies nothing", failure);
    }
  }

  /**
   * Opens full chunks that lie one behind the other.
   *
   * @throws AEADBadTagException when the tag of one is wrong; {@code out} may then hold others
   */
  void open(long first, int count, byte[] in, int offset, byte[] out, int outOffset)
      throws AEADBadTagException {
    Work open =
        (cipher, i) ->
            cipher.open(
                first + i, in, offset + i * SEALED_CHUNK, SEALED_CHUNK, out, outOffset + i * CHUNK);
    AEADBadTagException failure = run(count, open);
    if (failure != null) {
      throw failure;
    }
  }

  private @Nullable AEADBadTagException run(int count, Work work) {
    // [envelope-54]
    int shares = Math.max(1, Math.min(parallelism, count / LEAST));
    while (ciphers.size() < shares) {
      ciphers.add(key.cipher());
    }
    List<Share> others = new ArrayList<>();
    for (int i = 1; i < shares; i++) {
      others.add(new Share(ciphers.get(i), work, count * i / shares, count * (i + 1) / shares));
    }
    List<ForkJoinTask<Void>> started = new ArrayList<>();
    for (Share share : others) {
      started.add(ForkJoinPool.commonPool().submit(share));
    }
    Share mine = new Share(own(), work, 0, count / shares);
    try {
      mine.compute();
    } finally {
      started.forEach(ForkJoinTask::quietlyJoin);
    }
    AEADBadTagException failure = mine.failure;
    for (Share share : others) {
      share.join();
      failure = failure == null ? share.failure : failure;
    }
    return failure;
  }

  /** Wipes the key and lets go of the ciphers. */
  @Override
  public void close() {
    ciphers.forEach(ChunkCipher::close);
    key.close();
  }

  /** What is done with the i-th chunk of a run. */
  private interface Work {
    void chunk(ChunkCipher cipher, int index) throws AEADBadTagException;
  }

  /** A part of a run, for one thread. */
  private static final class Share extends RecursiveAction {
    private static final long serialVersionUID = 1L;

    private final transient ChunkCipher cipher;
    private final transient Work work;
    private final int from;
    private final int to;
    private transient @Nullable AEADBadTagException failure;

    Share(ChunkCipher cipher, Work work, int from, int to) {
      this.cipher = cipher;
      this.work = work;
      this.from = from;
      this.to = to;
    }

    @Override
    protected void compute() {
      try {
        for (int i = from; i < to; i++) {
          work.chunk(cipher, i);
        }
      } catch (AEADBadTagException e) {
        failure = e;
      }
    }
  }
}
