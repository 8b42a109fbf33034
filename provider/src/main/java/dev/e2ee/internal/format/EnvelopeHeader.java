package dev.e2ee.internal.format;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.Suite;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

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

  private static final int VERSION_AT = 4;
  private static final int SUITE_AT = 5;
  private static final int FLAGS_AT = 6;
  private static final int PREFIX = 8;
  private static final int GENERATION_AT = PREFIX;
  private static final int KEY_ID_AT = 12;
  private static final int WRAP_ALG_AT = 28;
  private static final int WRAP_LENGTH_AT = 29;

  /** The length of the commitment in bytes. */
  public static final int COMMITMENT = 32;

  /** What an AES-256-GCM box adds to its content. */
  public static final int BOX_OVERHEAD = 28;

  /** The most bytes that one suite 1 message takes. */
  public static final int MAX_PLAINTEXT = 16 << 20;

  /** The most bytes of suite 1 unless a caller forces it. */
  public static final int MAX_PLAINTEXT_UNFORCED = 64 << 10;

  /** The most bytes of a header, whatever the wrap. */
  public static final int MAX_HEADER = 4096;

  /** The most bytes of a suite 1 envelope. */
  public static final int MAX_WHOLE_ENVELOPE = MAX_HEADER + BOX_OVERHEAD + MAX_PLAINTEXT;

  /** What an envelope has over its plaintext, at the least. */
  public static final int LEAST_OVERHEAD =
      FIXED + WrapAlgorithm.AES_GCM.length() + COMMITMENT + BOX_OVERHEAD;

  private static final byte[] NONE = new byte[0];
  private static final int MAGIC = 0x45324545; // "E2EE"
  private static final int VERSION = 1;
  private static final int FLAG_CONTEXT_FREE = 1;

  private final Suite suite;
  private final boolean contextFree;
  private final int generation;
  private final KeyId keyId;
  private final WrapField wrap;
  private final byte[] committed;
  private final byte[] commitment;

  private EnvelopeHeader(
      Suite suite,
      boolean contextFree,
      int generation,
      KeyId keyId,
      WrapField wrap,
      byte[] committed,
      byte[] commitment) {
    this.suite = suite;
    this.contextFree = contextFree;
    this.generation = generation;
    this.keyId = keyId;
    this.wrap = wrap;
    this.committed = committed;
    this.commitment = commitment;
  }

  /**
   * A header that has no commitment yet.
   *
   * @param suite how the body is encrypted
   * @param contextFree flag bit 0: the envelope is bound to no context
   * @param generation of the UMK, unsigned 32 bits, at least 1
   * @param keyId of the UMK
   * @param wrap what the DEK comes out of
   */
  public static EnvelopeHeader of(
      Suite suite, boolean contextFree, int generation, KeyId keyId, WrapField wrap) {
    byte[] field = wrap.bytes();
    byte[] committed =
        ByteBuffer.allocate(FIXED + field.length)
            .putInt(MAGIC)
            .put((byte) VERSION)
            .put((byte) suite.number())
            .putShort((short) (contextFree ? FLAG_CONTEXT_FREE : 0))
            .putInt(generation)
            .put(keyId.toBytes())
            .put((byte) wrap.number())
            .putShort((short) field.length)
            .put(field)
            .array();
    return new EnvelopeHeader(suite, contextFree, generation, keyId, wrap, committed, NONE);
  }

  /** The same header with its commitment, 32 bytes; it takes over the array. */
  public EnvelopeHeader committing(byte[] to) {
    return new EnvelopeHeader(suite, contextFree, generation, keyId, wrap, committed, to);
  }

  /** The length of a header with this wrap. */
  public static int length(int wrapLength) {
    return FIXED + wrapLength + COMMITMENT;
  }

  /** The length of this header. */
  public int length() {
    return length(wrap.bytes().length);
  }

  /** All bytes before the commitment, which it covers; the header's own array. */
  public byte[] committedBytes() {
    return committed;
  }

  /**
   * Reads the head of a whole envelope and checks every length, the body's included.
   *
   * @throws MalformedEnvelopeException saying which field is wrong
   */
  public static EnvelopeHeader parse(byte[] envelope, int length)
      throws MalformedEnvelopeException {
    EnvelopeHeader header = parseHead(envelope, 0, length);
    header.checkBody(length - header.length());
    return header;
  }

  /**
   * How many bytes a head has at the least, as far as the bytes that are there tell: it is complete
   * when there are so many.
   *
   * @throws MalformedEnvelopeException when they do not begin an envelope known here
   */
  public static int needed(byte[] bytes, int offset, int length) throws MalformedEnvelopeException {
    // [envelope-1]
    if (length >= 4 && int32(bytes, offset) != MAGIC) {
      throw new MalformedEnvelopeException("not an envelope: it does not start with E2EE");
    }
    if (length < FIXED) {
      return FIXED;
    }
    checkFixed(bytes, offset);
    int wrapLength = int16(bytes, offset + WRAP_LENGTH_AT);
    WrapField.check(bytes[offset + WRAP_ALG_AT] & 0xff, wrapLength);
    return length(wrapLength);
  }

  /** What to say of bytes that end inside the head. */
  public static MalformedEnvelopeException cut(long length) {
    if (length == 0) {
      return new MalformedEnvelopeException("not an envelope: it is empty");
    }
    return length < 4
        ? new MalformedEnvelopeException("not an envelope: it does not start with E2EE")
        : new MalformedEnvelopeException("the envelope is cut short in its header");
  }

  /**
   * Reads a head; what follows it is not looked at.
   *
   * @throws MalformedEnvelopeException saying which field is wrong, or that it is not complete
   */
  public static EnvelopeHeader parseHead(byte[] bytes, int offset, int length)
      throws MalformedEnvelopeException {
    int needed = needed(bytes, offset, length);
    if (length < needed) {
      throw cut(length);
    }
    int commitmentAt = needed - COMMITMENT;
    byte[] committed = Arrays.copyOfRange(bytes, offset, offset + commitmentAt);
    return new EnvelopeHeader(
        suite(committed[SUITE_AT] & 0xff).orElseThrow(),
        int16(committed, FLAGS_AT) == FLAG_CONTEXT_FREE,
        int32(committed, GENERATION_AT),
        KeyId.of(Arrays.copyOfRange(committed, KEY_ID_AT, WRAP_ALG_AT)),
        WrapField.of(
            committed[WRAP_ALG_AT] & 0xff, Arrays.copyOfRange(committed, FIXED, commitmentAt)),
        committed,
        Arrays.copyOfRange(bytes, offset + commitmentAt, offset + needed));
  }

  private static int int16(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  private static int int32(byte[] bytes, int at) {
    return (int16(bytes, at) << 16) | int16(bytes, at + 2);
  }

  private static Optional<Suite> suite(int number) {
    return switch (number) {
      case 1 -> Optional.of(Suite.AES_256_GCM);
      case 2 -> Optional.of(Suite.AES_256_GCM_CHUNKED);
      default -> Optional.empty();
    };
  }

  private static void checkFixed(byte[] bytes, int offset) throws MalformedEnvelopeException {
    // [envelope-2] [envelope-3]
    int version = bytes[offset + VERSION_AT] & 0xff;
    int suite = bytes[offset + SUITE_AT] & 0xff;
    if (version != VERSION || suite(suite).isEmpty()) {
      throw new UnsupportedEnvelopeException(
          "the envelope has version "
              + version
              + " and suite "
              + suite
              + "; this build opens version 1, suites 1 and 2");
    }
    // [envelope-4]
    if ((int16(bytes, offset + FLAGS_AT) & ~FLAG_CONTEXT_FREE) != 0) {
      throw new UnsupportedEnvelopeException(
          "the envelope has flags that this build does not know");
    }
    // [envelope-5]
    if (int32(bytes, offset + GENERATION_AT) == 0) {
      throw new MalformedEnvelopeException("the envelope's key generation is 0");
    }
  }

  /**
   * Checks the length of the body behind this head.
   *
   * @throws MalformedEnvelopeException when its suite has no body of this length
   */
  public void checkBody(long bodyLength) throws MalformedEnvelopeException {
    // [envelope-8] [envelope-9]
    boolean whole = suite == Suite.AES_256_GCM;
    if (whole ? bodyLength > BOX_OVERHEAD + MAX_PLAINTEXT : ChunkedBody.isTooLong(bodyLength)) {
      throw new MalformedEnvelopeException("the envelope is longer than its suite allows");
    }
    if (whole ? bodyLength < BOX_OVERHEAD : !ChunkedBody.isComplete(bodyLength)) {
      throw new MalformedEnvelopeException("the envelope is cut short");
    }
  }

  /** The number of plaintext bytes in a body of a length that {@link #checkBody} takes. */
  public long plaintextLength(long bodyLength) {
    return suite == Suite.AES_256_GCM
        ? bodyLength - BOX_OVERHEAD
        : ChunkedBody.plaintextLength(bodyLength);
  }

  /** The first eight bytes: magic, version, suite, flags. */
  public byte[] prefix() {
    return Arrays.copyOf(committed, PREFIX);
  }

  /** Writes the header into an array. */
  public void writeTo(byte[] out, int offset) {
    System.arraycopy(committed, 0, out, offset, committed.length);
    System.arraycopy(commitment, 0, out, offset + committed.length, commitment.length);
  }

  /** How the body is encrypted. */
  public Suite suite() {
    return suite;
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

  /** What the DEK comes out of. */
  public WrapField wrap() {
    return wrap;
  }

  /** The commitment, 32 bytes; the header's own array. */
  public byte[] commitment() {
    return commitment;
  }
}
