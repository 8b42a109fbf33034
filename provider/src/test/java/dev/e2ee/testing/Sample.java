package dev.e2ee.testing;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.key.UserMasterKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** The values that most tests use. */
public final class Sample {
  /** What an envelope of suite 1 has over its plaintext. */
  public static final int OVERHEAD = 151;

  /** Stands all over every sample plaintext, and nowhere else. */
  public static final String CANARY = "Zq7#canary ";

  private static final String UMK_HEX =
      "8f1d3b5a79c6e0a2416b8dce93f70512a4c6e81b3d5f7092b4d6f80a1c3e5072";
  private static final RecordContext CONTEXT = RecordContext.of("alice", "note", "42");
  private static final byte FILL = (byte) 0xA5;

  private Sample() {}

  /** The bytes of the sample UMK, a fresh copy. */
  public static byte[] umkBytes() {
    return HexFormat.of().parseHex(UMK_HEX);
  }

  /** The sample UMK, a fresh object. */
  public static UserMasterKey umk() {
    return UserMasterKey.of(umkBytes());
  }

  /** Another UMK. */
  public static UserMasterKey otherUmk() {
    byte[] bytes = umkBytes();
    bytes[31] ^= 1;
    return UserMasterKey.of(bytes);
  }

  /** The sample record. */
  public static RecordContext context() {
    return CONTEXT;
  }

  /** The sample record as a cipher takes it. */
  public static EnvelopeParameterSpec spec() {
    return new EnvelopeParameterSpec(CONTEXT);
  }

  /** The same with suite 1 forced, so that 16 MiB go in. */
  public static EnvelopeParameterSpec forced() {
    return spec().withSuite(Suite.AES_256_GCM);
  }

  /** The same with suite 2 forced. */
  public static EnvelopeParameterSpec chunked() {
    return spec().withSuite(Suite.AES_256_GCM_CHUNKED);
  }

  /** The length of an envelope of suite 2 with so many bytes of plaintext: section 2. */
  public static int chunkedLength(int plaintextLength) {
    return 179 + plaintextLength + 16 * (plaintextLength / 16_384 + 1);
  }

  /** A message of this many bytes, made of the canary. */
  public static byte[] plaintext(int length) {
    byte[] canary = CANARY.getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = canary[i % canary.length];
    }
    return bytes;
  }

  /** An array full of one byte that no result consists of. */
  public static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, FILL);
    return bytes;
  }

  /** The source of a test's choices; prints its seed, which {@code -De2ee.seed=} repeats. */
  public static Random random(String test) {
    long seed = Long.getLong("e2ee.seed", System.nanoTime());
    System.out.println(test + ": -De2ee.seed=" + seed);
    return new Random(seed);
  }
}
