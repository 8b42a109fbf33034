package dev.e2ee.custody.pkcs11.internal.rsa;

import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The parts of a wrap by algorithm 4: an RSA-OAEP block of the KEK, a box of the DEK under it, and
 * a signature over both. Section 4 of {@code testvectors/spec/token.md}.
 *
 * @param block as long as the modulus
 * @param box 60 bytes
 * @param signature as long as the modulus
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record OaepWrap(byte[] block, byte[] box, byte[] signature) {
  /** The envelope's number for wraps that are made so. */
  public static final int WRAP_ALG = 4;

  /** The length of the box of a DEK in bytes. */
  public static final int BOX = Box.OVERHEAD + 32;

  private static final byte[] WRAP = title("e2ee-token-wrap-v1");
  private static final byte[] PROBE = title("e2ee-token-probe-v1");

  private static byte[] title(String text) {
    return (text + '\0').getBytes(StandardCharsets.US_ASCII);
  }

  /** The length of a wrap under keys of so many bits. */
  public static int length(int bits) {
    return bits / 8 + BOX + bits / 8;
  }

  /** Takes a wrap of the right length apart. */
  public static OaepWrap of(int bits, byte[] wrap) {
    int modulus = bits / 8;
    return new OaepWrap(
        Arrays.copyOf(wrap, modulus),
        Arrays.copyOfRange(wrap, modulus, modulus + BOX),
        Arrays.copyOfRange(wrap, modulus + BOX, wrap.length));
  }

  /** All of it. */
  public byte[] bytes() {
    return joined(block, box, signature);
  }

  /**
   * What is signed: title, 0, key id(16), generation(4), SHA-256 of the AAD(32), block, box.
   *
   * @param aad of the wrap
   */
  public static byte[] signed(
      Engine engine, KeyId id, int generation, byte[] aad, byte[] block, byte[] box) {
    // [token-19]
    byte[] number = ByteBuffer.allocate(4).putInt(generation).array();
    return joined(WRAP, id.toBytes(), number, engine.sha256(aad), block, box);
  }

  /** What is signed to try a key, which is never a wrap: title, 0, random bytes. */
  public static byte[] probe(byte[] random) {
    return joined(PROBE, random);
  }

  private static byte[] joined(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
