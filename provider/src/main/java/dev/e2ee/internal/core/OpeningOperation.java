package dev.e2ee.internal.core;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.Suite;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.internal.chunk.ChunkedAccess;
import dev.e2ee.internal.chunk.ChunkedReader;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * One envelope being opened: its bytes in pieces of any size go in, verified plaintext comes out.
 * Suite 1 stays inside until {@link #finish}; of suite 2 each chunk comes out when it is complete.
 * In and out must not overlap.
 *
 * <p>For one thread at a time, and locked all the same: two threads that shared it by mistake would
 * be given what the other one has not verified yet.
 *
 * <p>After an exception the bytes of that call in {@code out} are zero, and the operation has
 * ended. What was given out before is a verified beginning of the plaintext; it is all of it only
 * when {@link #finish} has returned.
 */
public final class OpeningOperation implements EnvelopeOperation {
  private final EnvelopeCore core;
  private final DekSource deks;
  private final ContextBinding binding;
  private final int parallelism;
  private final InputBuffer collected = new InputBuffer(EnvelopeHeader.MAX_WHOLE_ENVELOPE);
  private @Nullable EnvelopeHeader header;
  private @Nullable ChunkedReader chunks;
  private boolean ended;

  /** Where the DEK comes from, once its header is there. */
  private interface DekSource {
    /** The DEK of an envelope whose header was verified; the caller closes it. */
    SecretBytes dekOf(EnvelopeHeader header) throws AEADBadTagException;
  }

  /**
   * Starts to open an envelope.
   *
   * @param umk stays the caller's
   * @param minimumGeneration the least generation of the key to accept
   * @param parallelism the most threads that work on one call
   */
  public OpeningOperation(
      EnvelopeCore core,
      MasterKey umk,
      ContextBinding binding,
      int minimumGeneration,
      int parallelism) {
    this(
        core,
        header -> core.unwrapDek(umk, binding, minimumGeneration, header),
        binding,
        parallelism);
  }

  private OpeningOperation(
      EnvelopeCore core, DekSource deks, ContextBinding binding, int parallelism) {
    this.core = core;
    this.deks = deks;
    this.binding = binding;
    this.parallelism = parallelism;
  }

  /**
   * Opens an envelope that is there as a whole, and whose header was read already.
   *
   * @param header that of these bytes
   * @throws MalformedEnvelopeException as {@link #update}
   * @throws WrongKeyException as {@link #update}
   * @throws AEADBadTagException as {@link #update}
   */
  public static byte[] open(
      EnvelopeCore core,
      MasterKey umk,
      ContextBinding binding,
      EnvelopeHeader header,
      byte[] envelope)
      throws AEADBadTagException {
    return open(core, read -> core.unwrapDek(umk, binding, 0, read), binding, header, envelope);
  }

  /**
   * The same when its header was verified already.
   *
   * @param dek stays the caller's
   */
  static byte[] open(
      EnvelopeCore core,
      SecretBytes dek,
      ContextBinding binding,
      EnvelopeHeader header,
      byte[] envelope)
      throws AEADBadTagException {
    return open(core, read -> SecretBytes.adopt(dek.copy()), binding, header, envelope);
  }

  private static byte[] open(
      EnvelopeCore core,
      DekSource deks,
      ContextBinding binding,
      EnvelopeHeader header,
      byte[] envelope)
      throws AEADBadTagException {
    try (OpeningOperation opening = new OpeningOperation(core, deks, binding, 1)) {
      opening.header = header;
      return opening.finish(envelope, 0, envelope.length);
    }
  }

  @Override
  public boolean takes(long more) {
    return true;
  }

  /**
   * While suite 1 is being collected beyond 64 KiB it grows in doubling steps, because the JDK's
   * CipherInputStream allocates so much anew whenever it has grown.
   */
  @Override
  public synchronized long outputBound(long more) {
    if (chunks != null) {
      return chunks.outputLength(more, true);
    }
    long bound = Math.max(0, collected.size() + more - EnvelopeHeader.LEAST_OVERHEAD);
    return collected.size() > EnvelopeHeader.MAX_PLAINTEXT_UNFORCED
        ? Long.highestOneBit(bound) << 1
        : bound;
  }

  @Override
  public synchronized long outputLength(byte[] in, int offset, long length, boolean last) {
    if (chunks != null) {
      return chunks.outputLength(length, last);
    }
    try {
      EnvelopeHeader head = peek(in, offset, length);
      if (head == null) {
        return 0;
      }
      long body = collected.size() + length - head.length();
      if (last) {
        head.checkBody(body);
        return head.plaintextLength(body);
      }
      return head.suite() == Suite.AES_256_GCM || body < ChunkedBody.HEAD
          ? 0
          : (body - ChunkedBody.HEAD) / ChunkedBody.SEALED_CHUNK * ChunkedBody.CHUNK;
    } catch (MalformedEnvelopeException e) {
      return 0;
    }
  }

  /** The header in what was collected and these bytes; null while it is not complete. */
  private @Nullable EnvelopeHeader peek(byte[] in, int offset, long length)
      throws MalformedEnvelopeException {
    if (header != null) {
      return header;
    }
    int have = (int) Math.min(EnvelopeHeader.MAX_HEADER, collected.size() + length);
    byte[] start = in;
    int from = offset;
    if (collected.size() > 0) {
      start = Arrays.copyOf(collected.array(), have);
      from = 0;
      int own = Math.min(have, collected.size());
      System.arraycopy(in, offset, start, own, have - own);
    }
    return EnvelopeHeader.needed(start, from, have) <= have
        ? EnvelopeHeader.parseHead(start, from, have)
        : null;
  }

  /**
   * {@inheritDoc}
   *
   * @throws MalformedEnvelopeException for bytes that are not an envelope of a suite known here
   * @throws WrongKeyException when the key is another one than the header names, or older than the
   *     minimum
   * @throws AEADBadTagException for everything else
   */
  @Override
  public synchronized int update(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException {
    return update(in, offset, length, out, outOffset, false);
  }

  /**
   * The same into an array that nobody else has before this returns, nor after it throws, with one
   * copy less.
   *
   * @throws AEADBadTagException as {@link #update}
   */
  public synchronized int updateOurs(byte[] in, int offset, int length, byte[] ours, int oursOffset)
      throws AEADBadTagException {
    return update(in, offset, length, ours, oursOffset, true);
  }

  private int update(byte[] in, int offset, int length, byte[] out, int outOffset, boolean ours)
      throws AEADBadTagException {
    begin();
    int written = take(in, offset, length, out, outOffset, ours);
    ended = false;
    return written;
  }

  /** Ends this operation, unless the call that follows succeeds. */
  private void begin() {
    // [envelope-50]
    if (ended) {
      throw new IllegalStateException("this envelope was ended before; begin another");
    }
    ended = true;
  }

  private int take(byte[] in, int offset, int length, byte[] out, int outOffset, boolean ours)
      throws AEADBadTagException {
    try {
      if (chunks != null) {
        return chunks.update(in, offset, length, out, outOffset, ours);
      }
      header = peek(in, offset, length);
      boolean whole = header == null || header.suite() == Suite.AES_256_GCM;
      int taken = whole ? length : Math.min(length, missing());
      if (!collected.takes(taken)) {
        throw new MalformedEnvelopeException("the envelope is longer than its suite allows");
      }
      collected.append(in, offset, taken);
      if (whole || missing() > 0) {
        return 0;
      }
      return reader().update(in, offset + taken, length - taken, out, outOffset, ours);
    } catch (AEADBadTagException e) {
      throw uniform(e);
    }
  }

  /** How many bytes are not there yet that it takes before a key is touched. */
  private int missing() {
    // [envelope-40]
    return header().length() + ChunkedBody.HEAD + ChunkedBody.TAG - collected.size();
  }

  /** A reader that has taken what was collected: less than a chunk. */
  private ChunkedReader reader() throws AEADBadTagException {
    int start = header().length();
    int firstChunk = start + ChunkedBody.HEAD;
    byte[] head = Arrays.copyOfRange(collected.array(), start, firstChunk);
    try (SecretBytes dek = deks.dekOf(header())) {
      byte[] context = SealingOperation.chunkContext(header(), binding);
      ChunkedReader reader = ChunkedReader.start(core.engine(), dek, head, context, parallelism);
      chunks = reader;
      int begun = collected.size() - firstChunk;
      reader.update(collected.array(), firstChunk, begun, new byte[0], 0, true);
      return reader;
    }
  }

  /**
   * Single chunks of an envelope of suite 2, in any order, once both commitments are verified.
   *
   * @param head salt and commitment of the body, 56 bytes
   * @throws WrongKeyException as {@link #update}
   * @throws AEADBadTagException when the envelope is not authentic
   */
  public static ChunkedAccess chunks(
      EnvelopeCore core,
      MasterKey umk,
      ContextBinding binding,
      int minimumGeneration,
      EnvelopeHeader header,
      byte[] head)
      throws AEADBadTagException {
    try (SecretBytes dek = core.unwrapDek(umk, binding, minimumGeneration, header)) {
      return core.chunks(dek, binding, header, head);
    }
  }

  // [envelope-48]
  @Override
  public synchronized int finish(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException {
    begin();
    return end(in, offset, length, out, outOffset, false);
  }

  private int end(byte[] in, int offset, int length, byte[] out, int outOffset, boolean ours)
      throws AEADBadTagException {
    try {
      if (isWhole(in, offset, length)) {
        byte[] plaintext = finishWhole(in, offset, length);
        // [envelope-30]
        System.arraycopy(plaintext, 0, out, outOffset, plaintext.length);
        Arrays.fill(plaintext, (byte) 0);
        return plaintext.length;
      }
      int written = take(in, offset, length, out, outOffset, ours);
      return written + last(out, outOffset, written);
    } catch (AEADBadTagException e) {
      throw uniform(e);
    }
  }

  @Override
  public synchronized byte[] finish(byte[] in, int offset, int length) throws AEADBadTagException {
    begin();
    try {
      if (isWhole(in, offset, length)) {
        return finishWhole(in, offset, length);
      }
    } catch (AEADBadTagException e) {
      throw uniform(e);
    }
    long needed = outputLength(in, offset, length, true);
    byte[] out = new byte[Math.toIntExact(needed)];
    // [envelope-30] The array is given out once all of it is verified.
    end(in, offset, length, out, 0, true);
    return out;
  }

  /** Whether the envelope is of suite 1, after the checks that a whole envelope's length allows. */
  private boolean isWhole(byte[] in, int offset, int length) throws MalformedEnvelopeException {
    if (chunks != null) {
      return false;
    }
    // [envelope-10]
    header = peek(in, offset, length);
    long total = (long) collected.size() + length;
    if (header == null) {
      throw EnvelopeHeader.cut(total);
    }
    header.checkBody(total - header.length());
    boolean whole = header.suite() == Suite.AES_256_GCM;
    if (whole && core.engine().isApprovedOnly()) {
      throw notApproved();
    }
    return whole;
  }

  private static UnsupportedEnvelopeException notApproved() {
    NotApprovedException why =
        new NotApprovedException(
            "opening an envelope of suite 1",
            "an engine without the profile to open it, and seal it anew");
    UnsupportedEnvelopeException refusal =
        new UnsupportedEnvelopeException(String.valueOf(why.getMessage()));
    refusal.initCause(why);
    return refusal;
  }

  private byte[] finishWhole(byte[] in, int offset, int length) throws AEADBadTagException {
    byte[] bytes = in;
    int start = offset;
    int total = length;
    if (collected.size() > 0) {
      collected.append(in, offset, length);
      bytes = collected.array();
      start = 0;
      total = collected.size();
    }
    int head = header().length();
    try (SecretBytes dek = deks.dekOf(header())) {
      return core.openWhole(dek, binding, bytes, start + head, total - head);
    }
  }

  private int last(byte[] out, int outOffset, int written) throws AEADBadTagException {
    if (chunks == null) {
      throw new IllegalStateException("a body of suite 2 was accepted without its start");
    }
    boolean verified = false;
    try {
      int last = chunks.finish(out, outOffset + written);
      verified = true;
      return last;
    } finally {
      if (!verified) {
        Arrays.fill(out, outOffset, outOffset + written, (byte) 0);
      }
    }
  }

  /** One message for all that is not authentic; the other kinds say what they are. */
  private static AEADBadTagException uniform(AEADBadTagException e) {
    // [envelope-29]
    return e instanceof MalformedEnvelopeException || e instanceof WrongKeyException
        ? e
        : new AEADBadTagException(EnvelopeCore.NOT_AUTHENTIC);
  }

  private EnvelopeHeader header() {
    if (header == null) {
      throw new IllegalStateException("there is no header yet");
    }
    return header;
  }

  /** Wipes what is left inside. */
  @Override
  public synchronized void close() {
    ended = true;
    collected.wipe();
    if (chunks != null) {
      chunks.close();
    }
  }
}
