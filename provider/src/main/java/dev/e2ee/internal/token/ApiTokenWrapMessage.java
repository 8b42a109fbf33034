package dev.e2ee.internal.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.spi.key.KeyId;
import dev.e2ee.token.ApiTokenId;
import dev.e2ee.token.MalformedApiTokenWrapException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of the wrap of an API token: {@code testvectors/spec/apitoken.md}, section 4. */
public final class ApiTokenWrapMessage {
  /** The length of every wrap in bytes. */
  public static final int LENGTH = 140;

  private static final int HEAD_END = 48;
  private static final int COMMITMENT_END = HEAD_END + 32;
  private static final int MAGIC = ByteBuffer.wrap("E2TW".getBytes(US_ASCII)).getInt();
  private static final byte VERSION = 2;
  private static final byte SUITE = 1;
  private static final short FLAGS = 0;

  private final byte[] bytes;
  private final int generation;
  private final KeyId keyId;
  private final int issue;
  private final ApiTokenId tokenId;

  private ApiTokenWrapMessage(
      byte[] bytes, int generation, KeyId keyId, int issue, ApiTokenId tokenId) {
    this.bytes = bytes;
    this.generation = generation;
    this.keyId = keyId;
    this.issue = issue;
    this.tokenId = tokenId;
  }

  /**
   * Reads one.
   *
   * @throws MalformedApiTokenWrapException for anything else
   */
  public static ApiTokenWrapMessage parse(byte[] bytes) throws MalformedApiTokenWrapException {
    // [apitoken-8]
    if (bytes.length != LENGTH) {
      throw new MalformedApiTokenWrapException(
          "the wrap of an API token has " + LENGTH + " bytes, not " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes.clone());
    if (in.getInt() != MAGIC) {
      throw new MalformedApiTokenWrapException(
          "not the wrap of an API token: another magic number");
    }
    if (in.get() != VERSION || in.get() != SUITE || in.getShort() != FLAGS) {
      throw new MalformedApiTokenWrapException(
          "not a wrap of an API token known here: another version, suite or flag");
    }
    int generation = positive("generation", in.getInt());
    KeyId keyId = KeyId.of(taken(in, KeyId.LENGTH));
    int issue = positive("issue", in.getInt());
    ApiTokenId tokenId = ApiTokenId.of(taken(in, ApiTokenId.LENGTH));
    return new ApiTokenWrapMessage(in.array(), generation, keyId, issue, tokenId);
  }

  private static byte[] taken(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int positive(String what, int value) throws MalformedApiTokenWrapException {
    if (value < 1) {
      throw new MalformedApiTokenWrapException("the wrap's " + what + " is out of bounds");
    }
    return value;
  }

  /** Everything before the commitment of a new one. */
  public static byte[] head(int generation, KeyId keyId, int issue, ApiTokenId tokenId) {
    return ByteBuffer.allocate(HEAD_END)
        .putInt(MAGIC)
        .put(VERSION)
        .put(SUITE)
        .putShort(FLAGS)
        .putInt(generation)
        .put(keyId.toBytes())
        .putInt(issue)
        .put(tokenId.toBytes())
        .array();
  }

  /** Of the UMK. */
  public int generation() {
    return generation;
  }

  /** Of the UMK. */
  public KeyId keyId() {
    return keyId;
  }

  /** Counts the tokens of its user. */
  public int issue() {
    return issue;
  }

  /** Of the token that opens it. */
  public ApiTokenId tokenId() {
    return tokenId;
  }

  byte[] head() {
    return Arrays.copyOf(bytes, HEAD_END);
  }

  byte[] commitment() {
    return Arrays.copyOfRange(bytes, HEAD_END, COMMITMENT_END);
  }

  byte[] beforeBox() {
    return Arrays.copyOf(bytes, COMMITMENT_END);
  }

  byte[] box() {
    return Arrays.copyOfRange(bytes, COMMITMENT_END, LENGTH);
  }
}
