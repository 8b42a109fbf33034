package dev.e2ee.internal.core;

import dev.e2ee.envelope.Suite;
import dev.e2ee.internal.chunk.ChunkedWriter;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One envelope on its way: plaintext in pieces of any size goes in, the envelope's bytes come out
 * as soon as they are certain. What is short stays inside until {@link #finish}, as suite 1. In and
 * out must not overlap.
 *
 * <p>For one thread at a time, and locked all the same: two threads that shared it by mistake would
 * seal two chunks under one nonce. It ends with {@link #finish}, {@link #close} or any failure.
 */
public final class SealingOperation implements EnvelopeOperation {
  private final EnvelopeCore core;
  private final MasterKey umk;
  private final ContextBinding binding;
  private final @Nullable Suite forced;
  private final int parallelism;
  private final InputBuffer collected;
  private @Nullable ChunkedWriter chunks;
  private boolean ended;

  /**
   * Starts an envelope.
   *
   * @param umk stays the caller's
   * @param forced the suite; null to choose it by the length, in the FIPS profile suite 2
   * @param parallelism the most threads that work on one call
   * @throws NotApprovedException for suite 1 in the FIPS profile
   */
  public SealingOperation(
      EnvelopeCore core,
      MasterKey umk,
      ContextBinding binding,
      @Nullable Suite forced,
      int parallelism) {
    this.core = core;
    this.umk = umk;
    this.binding = binding;
    requireApproved(core.engine(), forced);
    this.forced = core.engine().isApprovedOnly() ? Suite.AES_256_GCM_CHUNKED : forced;
    this.parallelism = parallelism;
    this.collected =
        new InputBuffer(
            forced == Suite.AES_256_GCM
                ? EnvelopeHeader.MAX_PLAINTEXT
                : EnvelopeHeader.MAX_PLAINTEXT_UNFORCED);
  }

  /**
   * Does nothing when this engine may seal so. In suite 1 a DEK is the key of AES-GCM and of HKDF:
   * one key, two purposes.
   *
   * @throws NotApprovedException for suite 1 in the FIPS profile
   */
  public static void requireApproved(Engine engine, @Nullable Suite forced) {
    // [envelope-55]
    if (forced == Suite.AES_256_GCM) {
      engine.refuseInProfile("suite 1 (AES_256_GCM)", "no suite, and get suite 2");
    }
  }

  @Override
  public synchronized boolean takes(long more) {
    // [envelope-28] [envelope-45]
    long most =
        forced == Suite.AES_256_GCM ? EnvelopeHeader.MAX_PLAINTEXT : ChunkedBody.MAX_PLAINTEXT;
    long soFar = chunks == null ? collected.size() : chunks.plaintextLength();
    return more <= most - soFar;
  }

  @Override
  public long outputBound(long more) {
    return outputLength(more, true);
  }

  @Override
  public long outputLength(byte[] in, int offset, long length, boolean last) {
    return outputLength(length, last);
  }

  /** The same, which does not depend on the bytes. */
  public synchronized long outputLength(long more, boolean last) {
    if (chunks != null) {
      return chunks.outputLength(more, last);
    }
    long total = collected.size() + more;
    if (staysWhole(total, last)) {
      return last ? sealedLength(Suite.AES_256_GCM, total, true) : 0;
    }
    long all = sealedLength(Suite.AES_256_GCM_CHUNKED, total, last);
    long lastChunk = total % ChunkedBody.CHUNK + ChunkedBody.TAG;
    return last ? all : all - lastChunk;
  }

  private long sealedLength(Suite suite, long total, boolean last) {
    // [envelope-60]
    return EnvelopeCore.sealedLength(umk, last && umk.derives(total), suite, total);
  }

  private boolean staysWhole(long total, boolean last) {
    if (forced != null) {
      return forced == Suite.AES_256_GCM || (total == 0 && !last);
    }
    // [envelope-28] [envelope-46]
    return total <= EnvelopeHeader.MAX_PLAINTEXT_UNFORCED;
  }

  @Override
  public synchronized int update(byte[] in, int offset, int length, byte[] out, int outOffset) {
    requireGoing();
    ended = true;
    int written = take(in, offset, length, out, outOffset);
    ended = false;
    return written;
  }

  private void requireGoing() {
    if (ended) {
      throw new IllegalStateException("this envelope was ended before; begin another");
    }
  }

  private int take(byte[] in, int offset, int length, byte[] out, int outOffset) {
    if (chunks == null && staysWhole((long) collected.size() + length, false)) {
      collected.append(in, offset, length);
      return 0;
    }
    int written = chunks == null ? begin(OptionalLong.empty(), out, outOffset) : 0;
    return written + chunks().update(in, offset, length, out, outOffset + written);
  }

  @Override
  public synchronized byte[] finish(byte[] in, int offset, int length) {
    byte[] out = new byte[Math.toIntExact(outputLength(length, true))];
    finish(in, offset, length, out, 0);
    return out;
  }

  @Override
  public synchronized int finish(byte[] in, int offset, int length, byte[] out, int outOffset) {
    requireGoing();
    ended = true;
    long total = (long) collected.size() + length;
    if (chunks == null && staysWhole(total, true)) {
      return finishWhole(in, offset, length, out, outOffset);
    }
    int written = chunks == null ? begin(OptionalLong.of(total), out, outOffset) : 0;
    written += chunks().update(in, offset, length, out, outOffset + written);
    return written + chunks().finish(out, outOffset + written);
  }

  private int finishWhole(byte[] in, int offset, int length, byte[] out, int outOffset) {
    if (collected.size() == 0) {
      return core.sealWhole(umk, binding, in, offset, length, out, outOffset);
    }
    collected.append(in, offset, length);
    try {
      return core.sealWhole(umk, binding, collected.array(), 0, collected.size(), out, outOffset);
    } finally {
      collected.wipe();
    }
  }

  /**
   * Goes over to suite 2: header, salt, commitment, and the chunks of what was collected.
   *
   * @param plaintextLength of all, when this is the last call
   */
  private int begin(OptionalLong plaintextLength, byte[] out, int outOffset) {
    // [envelope-32]
    try (EnvelopeCore.Begun begun =
        core.begin(umk, binding, Suite.AES_256_GCM_CHUNKED, plaintextLength)) {
      EnvelopeHeader header = begun.header();
      chunks =
          new ChunkedWriter(
              core.engine(),
              begun.dek(),
              core.engine().random(ChunkedBody.SALT),
              chunkContext(header, binding),
              parallelism);
      header.writeTo(out, outOffset);
      int written = header.length();
      byte[] head = chunks().head();
      System.arraycopy(head, 0, out, outOffset + written, head.length);
      written += head.length;
      return written
          + chunks().update(collected.array(), 0, collected.size(), out, outOffset + written);
    } finally {
      collected.wipe();
    }
  }

  private ChunkedWriter chunks() {
    if (chunks == null) {
      throw new IllegalStateException("suite 2 was not begun");
    }
    return chunks;
  }

  /** What the chunks of suite 2 are bound to: the header's first eight bytes, and CTX. */
  static byte[] chunkContext(EnvelopeHeader header, ContextBinding binding) {
    // [envelope-41]
    byte[] prefix = header.prefix();
    byte[] ctx = binding.ctx();
    return ByteBuffer.allocate(prefix.length + ctx.length).put(prefix).put(ctx).array();
  }

  /** Wipes what is left inside; an envelope that was not finished stays without its end. */
  @Override
  public synchronized void close() {
    // [envelope-47]
    ended = true;
    collected.wipe();
    if (chunks != null) {
      chunks.close();
    }
  }
}
