package dev.e2ee.internal.chunk;

import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * What <a href="https://c2sp.org/chunked-encryption">C2SP chunked-encryption</a> derives for one
 * message with AES-256-GCM and SHA-512: a key, a base nonce, a commitment.
 */
final class ChunkKey implements AutoCloseable {
  private static final byte[] LABEL =
      "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY = 32;

  private final Engine engine;
  private final SecretBytes key;
  private final byte[] baseNonce;
  private final byte[] commitment;

  private ChunkKey(Engine engine, SecretBytes key, byte[] baseNonce, byte[] commitment) {
    this.engine = engine;
    this.key = key;
    this.baseNonce = baseNonce;
    this.commitment = commitment;
  }

  /**
   * Derives the three from an input key.
   *
   * @param inputKey 32 bytes; stays the caller's
   * @param salt 24 bytes
   * @throws IllegalArgumentException for another length
   */
  static ChunkKey derive(Engine engine, SecretBytes inputKey, byte[] salt, byte[] context) {
    if (inputKey.length() != KEY || salt.length != ChunkedBody.SALT) {
      throw new IllegalArgumentException("needs an input key of 32 bytes and a salt of 24");
    }
    // [envelope-41]
    byte[] info =
        ByteBuffer.allocate(LABEL.length + salt.length + context.length)
            .put(LABEL)
            .put(salt)
            .put(context)
            .array();
    int nonceAt = KEY;
    int commitmentAt = nonceAt + Engine.NONCE;
    int end = commitmentAt + ChunkedBody.COMMITMENT;
    // [envelope-32] All memory is taken before there is a secret: nothing fails once there is one.
    byte[] key = new byte[KEY];
    byte[] baseNonce = new byte[Engine.NONCE];
    byte[] commitment = new byte[ChunkedBody.COMMITMENT];
    ChunkKey made = new ChunkKey(engine, SecretBytes.adopt(key), baseNonce, commitment);
    byte[] derived = Hkdf.expandSha512(engine, inputKey, info, end);
    System.arraycopy(derived, 0, key, 0, KEY);
    System.arraycopy(derived, nonceAt, baseNonce, 0, Engine.NONCE);
    System.arraycopy(derived, commitmentAt, commitment, 0, ChunkedBody.COMMITMENT);
    Arrays.fill(derived, (byte) 0);
    return made;
  }

  /**
   * The same for a message that is there.
   *
   * @param head salt and commitment, 56 bytes
   * @throws AEADBadTagException when the commitment is another one
   */
  static ChunkKey verified(Engine engine, SecretBytes inputKey, byte[] head, byte[] context)
      throws AEADBadTagException {
    if (head.length != ChunkedBody.HEAD) {
      throw new IllegalArgumentException("needs a salt of 24 bytes and a commitment of 32");
    }
    byte[] commitment = Arrays.copyOfRange(head, ChunkedBody.SALT, ChunkedBody.HEAD);
    ChunkKey key = derive(engine, inputKey, Arrays.copyOf(head, ChunkedBody.SALT), context);
    // [envelope-42]
    if (!MessageDigest.isEqual(key.commitment, commitment)) {
      key.close();
      throw new AEADBadTagException("the commitment is that of another key, salt or context");
    }
    return key;
  }

  /** The body's commitment, 32 bytes. */
  byte[] commitment() {
    return commitment;
  }

  /** A cipher for one thread. */
  ChunkCipher cipher() {
    boolean jdks = engine.isJdk();
    return new ChunkCipher(engine.gcmKey(key), baseNonce, !jdks);
  }

  /** The same for one who takes over this key: it is closed when there is no memory for it. */
  ChunkCipher firstCipher() {
    boolean made = false;
    try {
      ChunkCipher first = cipher();
      made = true;
      return first;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  /** Wipes the key; ciphers from it must not be used any more. */
  @Override
  public void close() {
    key.close();
    Arrays.fill(baseNonce, (byte) 0);
  }
}
