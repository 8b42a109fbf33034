package dev.e2ee.argon2.internal;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id without our bounds and with all its inputs, which only test vectors ask for. */
public final class Argon2Core {
  private Argon2Core() {}

  /**
   * RFC 9106, section 3.2.
   *
   * @param length of the result in bytes
   */
  public static byte[] derive(
      int memoryKiB,
      int passes,
      int lanes,
      byte[] passphrase,
      byte[] salt,
      byte[] secret,
      byte[] associatedData,
      int length) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKiB)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .withSecret(secret)
            .withAdditional(associatedData)
            .build());
    byte[] out = new byte[length];
    generator.generateBytes(passphrase, out);
    return out;
  }
}
