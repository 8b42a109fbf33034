package dev.e2ee.internal.format;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;

/**
 * The public head of an envelope: {@code testvectors/spec/envelope.md}, section Header.
 *
 * <pre>
 * magic 4 | version 1 | suite 1 | flags 2 | generation 4 | keyId 16 | wrapAlg 1 | wrapLen 2 | wrap | commitment 32
 * </pre>
 */
public final class EnvelopeHeader {
  /** The length of everything before the wrap. */
  private static final int FIXED = 31;

  /** The length of the commitment in bytes. */
  public static final int COMMITMENT = 32;

  /** What an AES-256-GCM box adds to its content. */
  public static final int BOX_OVERHEAD = 28;

  /** The most bytes that one suite 1 message takes. */
  public static final int MAX_PLAINTEXT = 16 << 20;

  /** The most bytes of suite 1 unless a caller forces it. */
  public static final int MAX_PLAINTEXT_UNFORCED = 64 << 10;

  /** AES-256-GCM under the UMK. */
  public static final int WRAP_AES_GCM = 1;

  /** The length of a wrapped DEK with {@link #WRAP_AES_GCM}. */
  public static final int WRAP_AES_GCM_LENGTH = 60;

  /** The most bytes of a header, whatever the wrap. */
  public static final int MAX_HEADER = 4096;

  /** The most bytes of a suite 1 envelope. */
  public static final int MAX_ENVELOPE = MAX_HEADER + BOX_OVERHEAD + MAX_PLAINTEXT;

  /** What an envelope has over its plaintext, at the least. */
  public static final int LEAST_OVERHEAD = FIXED + WRAP_AES_GCM_LENGTH + COMMITMENT + BOX_OVERHEAD;

  private static final int MAGIC = 0x45324545; // "E2EE"
  private static final int VERSION = 1;
  private static final int SUITE_1 = 1;
  private static final int FLAG_CONTEXT_FREE = 1;

  private final boolean contextFree;
  private final int generation;
  private final KeyId keyId;
  private final int wrapAlg;
  private final byte[] wrap;
  private final byte[] commitment;

  /**
   * A header of suite 1, which takes over both arrays.
   *
   * @param contextFree flag bit 0: the envelope is bound to no context
   * @param generation of the UMK, unsigned 32 bits, at least 1
   * @param keyId of the UMK
   * @param wrapAlg how the DEK is wrapped; 1 is AES-256-GCM under the UMK
   * @param wrap the wrapped DEK; 60 bytes for wrapAlg 1
   * @param commitment 32 bytes
   */
  public EnvelopeHeader(
      boolean contextFree,
      int generation,
      KeyId keyId,
      int wrapAlg,
      byte[] wrap,
      byte[] commitment) {
    this.contextFree = contextFree;
    this.generation = generation;
    this.keyId = keyId;
    this.wrapAlg = wrapAlg;
    this.wrap = wrap;
    this.commitment = commitment;
  }

  /** The length of a header with this wrap. */
  public static int length(int wrapLength) {
    return FIXED + wrapLength + COMMITMENT;
  }

  /** The length of this header. */
  public int length() {
    return length(wrap.length);
  }

  /** All bytes before the commitment: what the commitment covers. */
  public byte[] committedBytes() {
    return ByteBuffer.allocate(FIXED + wrap.length)
        .putInt(MAGIC)
        .put((byte) VERSION)
        .put((byte) SUITE_1)
        .putShort((short) (contextFree ? FLAG_CONTEXT_FREE : 0))
        .putInt(generation)
        .put(keyId.toBytes())
        .put((byte) wrapAlg)
        .putShort((short) wrap.length)
        .put(wrap)
        .array();
  }

  /**
   * Reads the head of a whole suite 1 envelope and checks every length, the body's included.
   *
   * @throws MalformedEnvelopeException saying which field is wrong
   */
  public static EnvelopeHeader parse(byte[] envelope, int length)
      throws MalformedEnvelopeException {
    ByteBuffer in = ByteBuffer.wrap(envelope, 0, length);
    // [envelope-1]
    if (length < 4 || in.getInt() != MAGIC) {
      throw new MalformedEnvelopeException("not an envelope: it does not start with E2EE");
    }
    if (length < FIXED) {
      throw new MalformedEnvelopeException("the envelope is cut short in its header");
    }
    // [envelope-2] [envelope-3]
    int version = in.get() & 0xff;
    int suite = in.get() & 0xff;
    if (version != VERSION || suite != SUITE_1) {
      throw new UnsupportedEnvelopeException(
          "the envelope has version "
              + version
              + " and suite "
              + suite
              + "; this build opens version 1, suite 1");
    }
    int flags = in.getShort() & 0xffff;
    // [envelope-4]
    if ((flags & ~FLAG_CONTEXT_FREE) != 0) {
      throw new UnsupportedEnvelopeException(
          "the envelope has flags that this build does not know");
    }
    int generation = in.getInt();
    // [envelope-5]
    if (generation == 0) {
      throw new MalformedEnvelopeException("the envelope's key generation is 0");
    }
    byte[] keyId = new byte[KeyId.LENGTH];
    in.get(keyId);
    int wrapAlg = in.get() & 0xff;
    int wrapLength = in.getShort() & 0xffff;
    checkWrap(wrapAlg, wrapLength);
    // [envelope-8] [envelope-9]
    if (in.remaining() < wrapLength + COMMITMENT + BOX_OVERHEAD) {
      throw new MalformedEnvelopeException("the envelope is cut short");
    }
    if (in.remaining() > wrapLength + COMMITMENT + BOX_OVERHEAD + MAX_PLAINTEXT) {
      throw new MalformedEnvelopeException("the envelope is longer than its suite allows");
    }
    byte[] wrap = new byte[wrapLength];
    in.get(wrap);
    byte[] commitment = new byte[COMMITMENT];
    in.get(commitment);
    return new EnvelopeHeader(
        flags == FLAG_CONTEXT_FREE, generation, KeyId.of(keyId), wrapAlg, wrap, commitment);
  }

  private static void checkWrap(int wrapAlg, int wrapLength) throws MalformedEnvelopeException {
    // [envelope-6]
    if (wrapAlg != WRAP_AES_GCM) {
      throw new UnsupportedEnvelopeException(
          "the envelope's DEK is wrapped with algorithm " + wrapAlg + ", which is not known here");
    }
    // [envelope-7]
    if (wrapLength != WRAP_AES_GCM_LENGTH) {
      throw new MalformedEnvelopeException("the envelope's wrapped DEK has a wrong length");
    }
  }

  /** The number of plaintext bytes in an envelope of this many bytes with this header. */
  public int plaintextLength(int envelopeLength) {
    return envelopeLength - length() - BOX_OVERHEAD;
  }

  /** Writes the header to the start of an array. */
  public void writeTo(byte[] out) {
    byte[] head = committedBytes();
    System.arraycopy(head, 0, out, 0, head.length);
    System.arraycopy(commitment, 0, out, head.length, commitment.length);
  }

  /** Whether the envelope says that it is bound to no context. */
  public boolean contextFree() {
    return contextFree;
  }

  /** The generation of the UMK, unsigned. */
  public int generation() {
    return generation;
  }

  /** The id of the UMK. */
  public KeyId keyId() {
    return keyId;
  }

  /** How the DEK is wrapped. */
  public int wrapAlg() {
    return wrapAlg;
  }

  /** The wrapped DEK; the header's own array. */
  public byte[] wrap() {
    return wrap;
  }

  /** The commitment, 32 bytes; the header's own array. */
  public byte[] commitment() {
    return commitment;
  }
}
