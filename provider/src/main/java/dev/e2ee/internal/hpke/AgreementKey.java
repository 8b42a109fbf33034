package dev.e2ee.internal.hpke;

import dev.e2ee.spi.SecretBytes;
import java.security.InvalidKeyException;

/** A private key for agreement: in memory or in custody. */
public interface AgreementKey {
  /** What it can be used with. */
  Kem kem();

  /** The public key that belongs to it. */
  byte[] publicKey();

  /**
   * The shared secret, 32 bytes, which the caller closes.
   *
   * @throws InvalidKeyException for a peer's key that is not valid
   */
  SecretBytes agree(byte[] peer) throws InvalidKeyException;
}
