package dev.e2ee.spi.internal.crypto;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.engine.ApprovedModule;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** HKDF, <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>. */
public final class Hkdf {
  private static final byte[] FIRST = {1};
  private static final int SHA_256 = 32;
  private static final int SHA_512 = 64;

  private Hkdf() {}

  /**
   * Extract and expand with SHA-256, 32 bytes, which the caller closes.
   *
   * @param ikm the secret, any length
   * @param salt 1 to 64 bytes
   */
  public static SecretBytes derive(Engine engine, SecretBytes ikm, byte[] salt, byte[] info) {
    byte[] secret = ikm.copy();
    try (SecretBytes key = SecretBytes.copyOf(salt);
        SecretBytes prk = SecretBytes.adopt(extract(engine, key, secret))) {
      return SecretBytes.adopt(expand(engine, prk, info, SHA_256));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * Extract with SHA-256, 32 bytes: HMAC(salt, parts).
   *
   * @param salt 1 to 64 bytes
   */
  public static byte[] extract(Engine engine, SecretBytes salt, byte[]... parts) {
    ApprovedModule module = engine.approved();
    if (module == null) {
      return engine.hmacSha256(salt, parts);
    }
    byte[] bytes = salt.copy();
    byte[] ikm = joined(parts);
    try {
      return module.extract(8 * SHA_256, bytes, ikm);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(ikm, (byte) 0);
    }
  }

  private static byte[] joined(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /**
   * Expand with SHA-256, one block of output, which is all that our formats ask of it: T(1) =
   * HMAC(prk, info || 0x01).
   *
   * @param prk 32 bytes, uniformly random
   * @param length of the result, 1 to 32 bytes
   */
  public static byte[] expand(Engine engine, SecretBytes prk, byte[] info, int length) {
    if (length < 1 || length > 32) {
      throw new IllegalArgumentException("one block gives 1 to 32 bytes, not " + length);
    }
    if (engine.isApprovedOnly()) {
      return byModule(engine, 8 * SHA_256, prk, info, length);
    }
    byte[] block = engine.hmacSha256(prk, info, FIRST);
    if (length == block.length) {
      return block;
    }
    try {
      return Arrays.copyOf(block, length);
    } finally {
      Arrays.fill(block, (byte) 0);
    }
  }

  /**
   * Expand with SHA-512, as many blocks as it takes.
   *
   * @param prk uniformly random
   * @param length of the result, 1 to 255 times 64 bytes
   */
  public static byte[] expandSha512(Engine engine, SecretBytes prk, byte[] info, int length) {
    if (length < 1 || length > 255 * SHA_512) {
      throw new IllegalArgumentException("HKDF with SHA-512 gives 1 to 16320 bytes, not " + length);
    }
    return engine.isApprovedOnly()
        ? byModule(engine, 8 * SHA_512, prk, info, length)
        : expand(parts -> engine.hmacSha512(prk, parts), SHA_512, info, length);
  }

  /**
   * Expand by the validated module of the FIPS profile.
   *
   * @param hash bits of the SHA-2
   */
  public static byte[] byModule(Engine engine, int hash, SecretBytes prk, byte[] info, int length) {
    ApprovedModule module = Objects.requireNonNull(engine.approved(), "the FIPS profile");
    byte[] key = prk.copy();
    try {
      return module.expand(hash, key, info, length);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** HMAC under the pseudorandom key, over the parts one after the other. */
  public interface Prf {
    /** As long as the hash. */
    byte[] of(byte[]... parts);
  }

  /**
   * Expand, section 2.3: T(i) = HMAC(prk, T(i-1) || info || i).
   *
   * @param hashLength in bytes
   * @param length of the result, 1 to 255 times that
   */
  public static byte[] expand(Prf prf, int hashLength, byte[] info, int length) {
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    boolean complete = false;
    try {
      for (int done = 0, i = 1; done < length; done += hashLength, i++) {
        byte[] next = prf.of(block, info, new byte[] {(byte) i});
        Arrays.fill(block, (byte) 0);
        block = next;
        System.arraycopy(block, 0, out, done, Math.min(hashLength, length - done));
      }
      complete = true;
      return out;
    } finally {
      Arrays.fill(block, (byte) 0);
      if (!complete) {
        Arrays.fill(out, (byte) 0);
      }
    }
  }
}
