package dev.e2ee.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.store.MalformedStoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of a sealed record: {@code testvectors/spec/store.md}, section 3. No key is needed. */
public final class RecordMessage {
  /** The most bytes of a content. */
  public static final int MAX_CONTENT = 1 << 24;

  static final int SALT = 32;

  /** How many bytes stand before the salt. */
  static final int START = 36;

  static final int COMMITMENT = 32;
  static final int HEAD = 68;
  static final int BEFORE_BODY = HEAD + COMMITMENT;
  private static final int MAGIC = ByteBuffer.wrap("E2SR".getBytes(US_ASCII)).getInt();
  private static final byte VERSION = 1;
  private static final byte SUITE = 1;
  private static final short PADDED = 1;

  private final byte[] bytes;
  private final byte[] beforeBody;
  private final boolean padded;
  private final int generation;
  private final KeyId keyId;
  private final long revision;

  private RecordMessage(
      byte[] bytes, byte[] beforeBody, boolean padded, int generation, KeyId keyId, long revision) {
    this.bytes = bytes;
    this.beforeBody = beforeBody;
    this.padded = padded;
    this.generation = generation;
    this.keyId = keyId;
    this.revision = revision;
  }

  /**
   * Reads one. What stands before its body is copied, so that nobody changes it behind the checks.
   *
   * @throws MalformedStoreException for anything else
   */
  public static RecordMessage parse(byte[] bytes) throws MalformedStoreException {
    // [store-5]
    if (bytes.length < BEFORE_BODY + Engine.TAG) {
      throw new MalformedStoreException(
          "a sealed record has 116 bytes or more, not " + bytes.length);
    }
    byte[] beforeBody = Arrays.copyOf(bytes, BEFORE_BODY);
    ByteBuffer in = ByteBuffer.wrap(beforeBody);
    if (in.getInt() != MAGIC) {
      throw new MalformedStoreException("not a sealed record: another magic number");
    }
    if (in.get() != VERSION || in.get() != SUITE) {
      throw new MalformedStoreException("not a sealed record known here: another version or suite");
    }
    short flags = in.getShort();
    if (flags != 0 && flags != PADDED) {
      throw new MalformedStoreException("not a sealed record known here: another flag");
    }
    int generation = in.getInt();
    byte[] id = new byte[KeyId.LENGTH];
    in.get(id);
    long revision = in.getLong();
    if (generation < 1 || revision < 0) {
      throw new MalformedStoreException("the record's generation or revision is out of bounds");
    }
    int length = bytes.length - BEFORE_BODY - Engine.TAG;
    if (flags == PADDED ? !RecordPadding.isPadded(length) : length > MAX_CONTENT) {
      throw new MalformedStoreException(
          "no sealed record has " + bytes.length + " bytes; it was cut, or something was appended");
    }
    return new RecordMessage(
        bytes, beforeBody, flags == PADDED, generation, KeyId.of(id), revision);
  }

  /** Everything before the salt of a new one. */
  static byte[] start(boolean padded, int generation, KeyId keyId, long revision) {
    return ByteBuffer.allocate(START)
        .putInt(MAGIC)
        .put(VERSION)
        .put(SUITE)
        .putShort(padded ? PADDED : 0)
        .putInt(generation)
        .put(keyId.toBytes())
        .putLong(revision)
        .array();
  }

  /** Whether its length was padded. */
  public boolean padded() {
    return padded;
  }

  /** Of the store key. */
  public int generation() {
    return generation;
  }

  /** Of the store key. */
  public KeyId keyId() {
    return keyId;
  }

  /** What its writer counted. */
  public long revision() {
    return revision;
  }

  byte[] head() {
    return Arrays.copyOf(beforeBody, HEAD);
  }

  byte[] commitment() {
    return Arrays.copyOfRange(beforeBody, HEAD, BEFORE_BODY);
  }

  byte[] beforeBody() {
    return beforeBody;
  }

  /** Ciphertext and tag are behind {@link #BEFORE_BODY}. */
  byte[] bytes() {
    return bytes;
  }
}
