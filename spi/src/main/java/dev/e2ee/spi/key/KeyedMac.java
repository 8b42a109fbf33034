package dev.e2ee.spi.key;

import dev.e2ee.spi.SecretBytes;

/** HMAC-SHA-256 under a key that stays in custody: a key derivation and a canary. */
public interface KeyedMac {
  /** The MAC of the data, 32 bytes, which the caller closes. */
  SecretBytes mac(byte[] data);
}
