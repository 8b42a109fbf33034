package dev.e2ee.interop.acontext;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The secret of an Acontext server, which goes into every key, look-up value and verifier. The
 * server has it, the holder of a token does not: who has both reads everything.
 *
 * <p>The one that Acontext ships is published. What was made with it can be opened, since such
 * servers are running; nothing new is made with it.
 */
public final class AcontextPepper implements AutoCloseable {
  private static final byte[] PUBLISHED = "your-secret-pepper".getBytes(UTF_8);

  /** What SHA-256 takes at a time: a longer key of HMAC is hashed, a shorter one padded. */
  private static final int BLOCK = 64;

  private final SecretBytes utf8;

  private AcontextPepper(SecretBytes utf8) {
    this.utf8 = utf8;
  }

  /**
   * From its text; an empty one is read too, as servers have it.
   *
   * @param text stays the caller's, who wipes it
   * @throws IllegalArgumentException for a lone surrogate
   */
  public static AcontextPepper of(char[] text) {
    return new AcontextPepper(utf8(text));
  }

  /** The UTF-8 bytes of a secret text, which the caller closes. */
  static SecretBytes utf8(char[] text) {
    try {
      ByteBuffer encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes).rewind();
      encoded.put(new byte[bytes.length]);
      return SecretBytes.adopt(bytes);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the text holds a lone surrogate, which is no text", e);
    }
  }

  /** Whether everybody knows it: it is empty, or the one that Acontext ships. */
  public boolean isPublic() {
    byte[] bytes = utf8.copy();
    try {
      return bytes.length == 0 || MessageDigest.isEqual(bytes, PUBLISHED);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Does nothing for a pepper that is a secret.
   *
   * @throws IllegalArgumentException for a {@linkplain #isPublic public} one
   */
  void requireSecret() {
    if (isPublic()) {
      throw new IllegalArgumentException(
          "this pepper is empty or the one that Acontext ships, which everybody knows: no token is"
              + " made with it. Give the server a random secretPepper first");
    }
  }

  /** {@code before || pepper || after}, which the caller closes. */
  SecretBytes between(byte[] before, String after) {
    byte[] pepper = utf8.copy();
    byte[] tail = after.getBytes(UTF_8);
    try {
      byte[] all = Arrays.copyOf(before, before.length + pepper.length + tail.length);
      System.arraycopy(pepper, 0, all, before.length, pepper.length);
      System.arraycopy(tail, 0, all, before.length + pepper.length, tail.length);
      return SecretBytes.adopt(all);
    } finally {
      Arrays.fill(pepper, (byte) 0);
    }
  }

  /**
   * What HMAC-SHA-256 takes for {@code pepper || after} as its key, in exactly one block (RFC 2104,
   * section 2), so that engines which refuse an empty, a short or a long key take it too.
   */
  SecretBytes hmacKey(Engine engine, String after) {
    try (SecretBytes key = between(new byte[0], after)) {
      byte[] bytes = key.copy();
      byte[] hash = bytes.length > BLOCK ? engine.sha256(bytes) : bytes.clone();
      try {
        return SecretBytes.adopt(Arrays.copyOf(hash, BLOCK));
      } finally {
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(hash, (byte) 0);
      }
    }
  }

  /** Wipes the pepper. */
  @Override
  public void close() {
    utf8.close();
  }

  @Override
  public String toString() {
    return "AcontextPepper";
  }
}
