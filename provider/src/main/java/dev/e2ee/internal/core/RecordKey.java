package dev.e2ee.internal.core;

import dev.e2ee.internal.format.Bound;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;

/** DEKs that are derived from a data key: section 5 of the specification. */
final class RecordKey {
  /** The length of a data key, and of a DEK, in bytes. */
  static final int LENGTH = 32;

  private static final String LABEL = "e2ee-record-key-v1";

  private RecordKey() {}

  /**
   * The DEK of one envelope, which the caller closes.
   *
   * @param salt 32 bytes
   */
  static SecretBytes derive(
      Engine engine, SecretBytes dataKey, byte[] salt, ContextBinding binding) {
    // [envelope-58]
    byte[] info = new Bound(LABEL).raw(salt).lp(binding.ctx()).bytes();
    return SecretBytes.adopt(Hkdf.expand(engine, dataKey, info, LENGTH));
  }
}
