package dev.e2ee.token;

import dev.e2ee.internal.token.ApiTokenCore;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;

/**
 * What a server keeps of an API token: 32 bytes, from which nobody gets the auth value. {@code
 * testvectors/spec/apitoken.md}, section 3. Safe for use by many threads.
 */
public final class ApiTokenVerifier {
  /** The length of a verifier in bytes. */
  public static final int LENGTH = 32;

  private final byte[] bytes;

  private ApiTokenVerifier(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * One that was kept.
   *
   * @param bytes 32, which are copied
   * @throws IllegalArgumentException for another length
   */
  public static ApiTokenVerifier of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a verifier has 32 bytes, not " + bytes.length);
    }
    return new ApiTokenVerifier(bytes.clone());
  }

  /**
   * Whether that is the auth value of the token and server that this was made for, compared in
   * constant time.
   *
   * @param auth what came with a request, of any length; stays the caller's, who wipes it and keeps
   *     it nowhere
   */
  public boolean accepts(byte[] auth) {
    // [apitoken-7]
    if (auth.length != ApiTokenCore.AUTH) {
      return false;
    }
    try (SecretBytes secret = SecretBytes.copyOf(auth)) {
      byte[] expected = new ApiTokenCore(Engine.configured()).verifier(secret).bytes;
      return MessageDigest.isEqual(bytes, expected);
    }
  }

  /** A copy of the 32 bytes to keep. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return "ApiTokenVerifier[32 bytes]";
  }
}
