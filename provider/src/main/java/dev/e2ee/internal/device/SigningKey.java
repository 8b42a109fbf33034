package dev.e2ee.internal.device;

import dev.e2ee.device.SigningAlgorithm;

/** A private key for signing: in memory or in custody. */
public interface SigningKey {
  /** How it signs. */
  SigningAlgorithm algorithm();

  /** The public key that belongs to it. */
  byte[] publicKey();

  /** The signature, 64 bytes. */
  byte[] sign(byte[] message);
}
