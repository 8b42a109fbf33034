package dev.e2ee.spi.internal.engine;

import java.security.SecureRandom;

/** What a validated module in approved-only mode does itself, and JCA has no service for. */
public interface ApprovedModule {
  /** The module's own random bit generator, which it insists on. */
  SecureRandom random();

  /**
   * HKDF-Extract, RFC 5869, section 2.2, which the caller wipes.
   *
   * @param hash bits of the SHA-2
   */
  byte[] extract(int hash, byte[] salt, byte[] ikm);

  /**
   * HKDF-Expand, section 2.3, which the caller wipes.
   *
   * @param hash bits of the SHA-2
   * @param length of the result in bytes
   */
  byte[] expand(int hash, byte[] prk, byte[] info, int length);
}
