package dev.e2ee.internal.primitive.derive;

import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * HKDF, <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>, with any salt and length,
 * over the engine's HMAC. What our formats ask of it is {@link dev.e2ee.spi.internal.crypto.Hkdf}.
 */
final class HkdfCore {
  private static final int MOST_BLOCKS = 255;
  private static final int SHORTEST_APPROVED = 14;

  private final Engine engine;
  private final String hmac;
  private final int bits;
  private final int hashLength;

  /** With this SHA-2: 256, 384 or 512. */
  HkdfCore(Engine engine, int bits) {
    this.engine = engine;
    this.hmac = "HmacSHA" + bits;
    this.bits = bits;
    this.hashLength = bits / Byte.SIZE;
  }

  /** Whether the FIPS profile refuses a secret: of less than 112 bits. */
  boolean refuses(SecretBytes ikm) {
    return engine.isApprovedOnly() && ikm.length() < SHORTEST_APPROVED;
  }

  /** Why it does. */
  static NotApprovedException tooShort() {
    return new NotApprovedException(
        "HKDF of a secret under 14 bytes", "one of 14 bytes (112 bits) or more");
  }

  /** The most bytes that {@link #expand} gives. */
  int longest() {
    return MOST_BLOCKS * hashLength;
  }

  /** Section 2.2: PRK = HMAC-Hash(salt, IKM). No salt is as many zeros as the hash has bytes. */
  SecretBytes extract(SecretBytes salt, SecretBytes ikm) {
    byte[] secret = ikm.copy();
    if (engine.isApprovedOnly()) {
      try {
        return SecretBytes.adopt(Hkdf.extractByModule(engine, bits, salt, secret));
      } finally {
        Arrays.fill(secret, (byte) 0);
      }
    }
    try (SecretBytes zeros = SecretBytes.adopt(new byte[hashLength])) {
      Mac mac = EngineMac.of(engine, hmac, salt.length() == 0 ? zeros : salt);
      return SecretBytes.adopt(EngineMac.result(mac, secret));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * Section 2.3.
   *
   * @param prk 1 byte at the least
   * @param length 1 to {@link #longest}
   */
  SecretBytes expand(SecretBytes prk, byte[] info, int length) {
    if (engine.isApprovedOnly()) {
      return SecretBytes.adopt(Hkdf.expandByModule(engine, bits, prk, info, length));
    }
    Mac mac = EngineMac.of(engine, hmac, prk);
    return SecretBytes.adopt(
        Hkdf.expand(parts -> EngineMac.result(mac, parts), hashLength, info, length));
  }
}
