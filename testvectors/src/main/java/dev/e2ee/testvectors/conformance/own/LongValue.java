package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The ways in which our vectors write bytes: hex, one byte repeated, words that count, or a list of
 * these.
 */
public final class LongValue {
  private LongValue() {}

  /** The bytes. */
  public static byte[] bytes(JsonNode value) {
    if (value.isTextual()) {
      return HexFormat.of().parseHex(value.textValue());
    }
    if (value.isArray()) {
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      value.forEach(part -> joined.writeBytes(bytes(part)));
      return joined.toByteArray();
    }
    byte[] bytes = new byte[value.required("length").intValue()];
    if (value.has("repeat")) {
      Arrays.fill(bytes, HexFormat.of().parseHex(value.required("repeat").textValue())[0]);
      return bytes;
    }
    ByteBuffer words = ByteBuffer.allocate(bytes.length + Integer.BYTES);
    int word = (int) value.required("counter").longValue();
    while (words.position() < bytes.length) {
      words.putInt(word);
      word++;
    }
    words.get(0, bytes);
    return bytes;
  }
}
