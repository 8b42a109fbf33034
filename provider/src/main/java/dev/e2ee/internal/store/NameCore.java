package dev.e2ee.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.store.MalformedStoreException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Paths to names and back, by an SIV construction over HMAC-SHA-256 and AES-256-CTR: {@code
 * testvectors/spec/store.md}, section 4.
 */
public final class NameCore {
  /** The one message for everything that is not authentic. */
  public static final String NOT_AUTHENTIC =
      "not a name of this store: it was altered, or is another store's";

  static final int SIV = 16;
  static final int BLOCK = 16;
  static final int MAX_PATH = Identifier.MAX_LENGTH;
  private static final byte MARK = (byte) 0x80;

  private final Engine engine;
  private final SecretBytes nameKey;

  /** With these keys, which stay the caller's. */
  public NameCore(StoreSecrets secrets) {
    this.engine = secrets.engine();
    this.nameKey = secrets.nameKey();
  }

  /**
   * The name of a path, the same each time.
   *
   * @param path 1 to 1024 bytes of UTF-8, checked before
   */
  public String name(String path) {
    byte[] bytes = path.getBytes(UTF_8);
    byte[] siv = siv(bytes);
    return NameText.of(joined(siv, crypt(siv, pad(bytes))));
  }

  /**
   * The path of a name.
   *
   * @throws MalformedStoreException for a text that is no name
   * @throws AEADBadTagException when it is not authentic, or another store's
   */
  public String path(String name) throws MalformedStoreException, AEADBadTagException {
    byte[] bytes = NameText.bytes(name);
    byte[] siv = Arrays.copyOf(bytes, SIV);
    byte[] padded = crypt(siv, Arrays.copyOfRange(bytes, SIV, bytes.length));
    byte[] path = unpadded(padded);
    // [store-12] [store-13]
    if (!MessageDigest.isEqual(joined(siv, padded), joined(siv(path), pad(path)))) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
    try {
      return Identifier.check("path", UTF_8.newDecoder().decode(ByteBuffer.wrap(path)).toString());
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
  }

  private static byte[] joined(byte[] siv, byte[] blocks) {
    return ByteBuffer.allocate(SIV + blocks.length).put(siv).put(blocks).array();
  }

  /** The length of a path and its padding, in bytes. */
  static int padded(int length) {
    return length / BLOCK * BLOCK + BLOCK;
  }

  private static byte[] pad(byte[] path) {
    return ByteBuffer.allocate(padded(path.length)).put(path).put(MARK).array();
  }

  /** Everything before the last mark; nothing when there is none. */
  private static byte[] unpadded(byte[] padded) {
    int end = padded.length - 1;
    while (end > 0 && padded[end] != MARK) {
      end--;
    }
    return Arrays.copyOf(padded, end);
  }

  private byte[] siv(byte[] path) {
    return Hkdf.expand(engine, nameKey, new Bound("e2ee-store-name-siv-v1").lp(path).bytes(), SIV);
  }

  private byte[] crypt(byte[] siv, byte[] bytes) {
    byte[] info = new Bound("e2ee-store-name-key-v1").raw(siv).bytes();
    try (SecretBytes key = SecretBytes.adopt(Hkdf.expand(engine, nameKey, info, 32))) {
      return AesCtr.crypt(engine, key, bytes);
    }
  }
}
