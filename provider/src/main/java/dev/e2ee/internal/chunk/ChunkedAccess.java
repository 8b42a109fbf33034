package dev.e2ee.internal.chunk;

import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import javax.crypto.AEADBadTagException;

/** C2SP chunked-encryption, read in any order; for one thread at a time. */
public final class ChunkedAccess implements AutoCloseable {
  private final ChunkKey key;
  private final ChunkCipher cipher;

  private ChunkedAccess(ChunkKey key) {
    this.key = key;
    this.cipher = key.firstCipher();
  }

  /**
   * Starts a message, once its commitment is verified.
   *
   * @param inputKey 32 bytes; stays the caller's, and is not needed any more
   * @param head salt and commitment, 56 bytes
   * @param context what the message is bound to
   * @throws AEADBadTagException when key, salt or context is another than the commitment's
   */
  public static ChunkedAccess start(
      Engine engine, SecretBytes inputKey, byte[] head, byte[] context) throws AEADBadTagException {
    return new ChunkedAccess(ChunkKey.verified(engine, inputKey, head, context));
  }

  /**
   * Opens a chunk in its place.
   *
   * @param sealed all of it
   * @return the number of plaintext bytes written to the start of {@code out}
   * @throws AEADBadTagException when it is not authentic there; {@code out} is as it was
   */
  public int open(long chunk, byte[] sealed, byte[] out) throws AEADBadTagException {
    cipher.open(chunk, sealed, 0, sealed.length, out, 0, false);
    return sealed.length - ChunkedBody.TAG;
  }

  /** Wipes the key. */
  @Override
  public void close() {
    cipher.close();
    key.close();
  }
}
