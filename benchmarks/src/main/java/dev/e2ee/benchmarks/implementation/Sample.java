package dev.e2ee.benchmarks.implementation;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key, the context and the plaintext that every implementation is given. */
final class Sample {
  static final String USER_ID = "ann";
  static final String ENTITY_TYPE = "note";
  static final String ENTITY_ID = "42";

  private static final String KEY_HEX =
      "8f1d3b5a79c6e0a2416b8dce93f70512a4c6e81b3d5f7092b4d6f80a1c3e5072";

  private Sample() {}

  /** The 32 bytes of the master key, a fresh copy. */
  static byte[] keyBytes() {
    return HexFormat.of().parseHex(KEY_HEX);
  }

  /** The master key as an AES key. */
  static SecretKey key() {
    return new SecretKeySpec(keyBytes(), "AES");
  }

  /** The AAD that an envelope of ours gives to the payload's GCM for the same record. */
  static byte[] aad() {
    return String.join(":", "pia-e2ee-v1", USER_ID, ENTITY_TYPE, ENTITY_ID)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The AAD that an envelope of ours gives to the GCM that wraps the DEK. */
  static byte[] dekAad() {
    return String.join(":", "pia-dek-wrap-v1", ENTITY_TYPE, ENTITY_ID)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The context for those that take it as a map. */
  static Map<String, String> context() {
    return Map.of("userId", USER_ID, "entityType", ENTITY_TYPE, "entityId", ENTITY_ID);
  }

  /** A message of this many bytes, the same each time. */
  static byte[] plaintext(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
