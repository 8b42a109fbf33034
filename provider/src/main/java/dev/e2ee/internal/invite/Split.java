package dev.e2ee.internal.invite;

import dev.e2ee.spi.SecretBytes;

/**
 * What a handshake leaves.
 *
 * @param fromInitiator for the transport messages of who sent the first message
 * @param fromResponder for those of the other
 * @param export 32 bytes besides, for other keys
 * @param handshakeHash 32 bytes, public: of everything that was said
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Split(
    CipherState fromInitiator, CipherState fromResponder, SecretBytes export, byte[] handshakeHash)
    implements AutoCloseable {
  /** Wipes all keys. */
  @Override
  public void close() {
    fromInitiator.close();
    fromResponder.close();
    export.close();
  }
}
