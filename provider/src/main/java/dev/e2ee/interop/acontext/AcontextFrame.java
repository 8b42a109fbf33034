package dev.e2ee.interop.acontext;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A wrapped DEK and a body, and the frame in which Acontext's database and cache keep both: 0x01,
 * the length of the wrapped DEK's text in two bytes, that text, the body.
 */
final class AcontextFrame {
  private static final byte ENCRYPTED = 1;
  private static final short DEK = 80;
  private static final int HEAD = 3;

  private final String dek;
  private final byte[] body;

  /**
   * Of its parts.
   *
   * @param dek 80 characters
   * @param body nonce, ciphertext and tag; nobody else keeps it
   */
  AcontextFrame(String dek, byte[] body) {
    this.dek = dek;
    this.body = body;
  }

  static AcontextFrame parse(byte[] bytes) throws AcontextFormatException {
    if (bytes.length < HEAD + DEK
        || bytes[0] != ENCRYPTED
        || ByteBuffer.wrap(bytes).getShort(1) != DEK) {
      throw new AcontextFormatException(
          "no encrypted frame of Acontext's; in an encrypted project a plaintext is refused");
    }
    return new AcontextFrame(
        new String(bytes, HEAD, DEK, US_ASCII),
        Arrays.copyOfRange(bytes, HEAD + DEK, bytes.length));
  }

  String dek() {
    return dek;
  }

  byte[] body() {
    return body;
  }

  byte[] bytes() {
    return ByteBuffer.allocate(HEAD + DEK + body.length)
        .put(ENCRYPTED)
        .putShort(DEK)
        .put(dek.getBytes(US_ASCII))
        .put(body)
        .array();
  }
}
