package dev.e2ee.internal.format;

/**
 * The lengths of a suite 2 body: {@code testvectors/spec/envelope.md}, sections 2 and 6.
 *
 * <pre>
 * salt 24 | commitment 32 | chunk 0 | chunk 1 | … | last chunk
 * </pre>
 *
 * Every chunk but the last has 16,384 bytes of plaintext, the last one 0 to 16,383; each has a tag
 * of 16 bytes.
 */
public final class ChunkedBody {
  /** Plaintext bytes in every chunk but the last. */
  public static final int CHUNK = 16 << 10;

  /** The tag of a chunk in bytes. */
  public static final int TAG = 16;

  /** Bytes of every chunk but the last, sealed. */
  public static final int SEALED_CHUNK = CHUNK + TAG;

  /** The length of the salt in bytes. */
  public static final int SALT = 24;

  /** The length of the body's own commitment in bytes. */
  public static final int COMMITMENT = 32;

  /** Bytes before the first chunk. */
  public static final int HEAD = SALT + COMMITMENT;

  /** The most chunks of one message. */
  public static final long MAX_CHUNKS = 1L << 38;

  /** The most bytes of plaintext: so many chunks, the last of them not full. */
  public static final long MAX_PLAINTEXT = MAX_CHUNKS * CHUNK - 1;

  private ChunkedBody() {}

  /** The bytes of chunks that hold so many bytes of plaintext, the last one included. */
  public static long sealedChunks(long plaintextLength) {
    return plaintextLength + (plaintextLength / CHUNK + 1) * TAG;
  }

  /** The length of the body of so many bytes of plaintext. */
  public static long sealedLength(long plaintextLength) {
    return HEAD + sealedChunks(plaintextLength);
  }

  /** Whether a body is too long for the format. */
  public static boolean isTooLong(long bodyLength) {
    // [envelope-9] [envelope-45]
    return bodyLength > sealedLength(MAX_PLAINTEXT);
  }

  /** Whether a body ends with its last chunk, which is there, and is not full. */
  public static boolean isComplete(long bodyLength) {
    // [envelope-39]
    return bodyLength >= HEAD + TAG && (bodyLength - HEAD) % SEALED_CHUNK >= TAG;
  }

  /** The number of full chunks before the last one, in a body of a length that can be. */
  public static long fullChunks(long bodyLength) {
    return (bodyLength - HEAD) / SEALED_CHUNK;
  }

  /** The bytes of plaintext in a body of a length that can be. */
  public static long plaintextLength(long bodyLength) {
    return bodyLength - HEAD - (fullChunks(bodyLength) + 1) * TAG;
  }

  /** Where a chunk begins in the body. */
  public static long offsetOf(long chunk) {
    return HEAD + chunk * SEALED_CHUNK;
  }
}
