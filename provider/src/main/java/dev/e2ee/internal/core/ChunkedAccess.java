package dev.e2ee.internal.core;

import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.spi.SecretBytes;
import javax.crypto.AEADBadTagException;

/** Single chunks of an envelope of suite 2, in any order; for one thread at a time. */
public final class ChunkedAccess implements AutoCloseable {
  private final ChunkKey key;
  private final ChunkCipher cipher;

  private ChunkedAccess(ChunkKey key) {
    this.key = key;
    this.cipher = key.cipher();
  }

  /**
   * Verifies both commitments.
   *
   * @param head salt and commitment of the body, 56 bytes
   * @throws AEADBadTagException when the envelope names another key, or is not authentic
   */
  public static ChunkedAccess start(
      EnvelopeCore core,
      MasterKey umk,
      ContextBinding binding,
      int minimumGeneration,
      EnvelopeHeader header,
      byte[] head)
      throws AEADBadTagException {
    try (SecretBytes dek = core.unwrapDek(umk, binding, minimumGeneration, header)) {
      byte[] context = SealingOperation.chunkContext(header, binding);
      return new ChunkedAccess(ChunkedReader.verifiedKey(core.engine(), dek, head, context));
    }
  }

  /**
   * Opens a chunk in its place.
   *
   * @return the number of plaintext bytes written to the start of {@code out}
   * @throws AEADBadTagException when it is not authentic there
   */
  public int open(long chunk, byte[] sealed, byte[] out) throws AEADBadTagException {
    try {
      cipher.open(chunk, sealed, 0, sealed.length, out, 0);
    } catch (AEADBadTagException e) {
      // [envelope-29]
      throw new AEADBadTagException(EnvelopeCore.NOT_AUTHENTIC);
    }
    return sealed.length - ChunkedBody.TAG;
  }

  /** Wipes the key. */
  @Override
  public void close() {
    cipher.close();
    key.close();
  }
}
