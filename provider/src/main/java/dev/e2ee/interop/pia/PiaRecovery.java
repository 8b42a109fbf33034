package dev.e2ee.interop.pia;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.argon2.Argon2id;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * PIA's recovery: Argon2id over the code's text, AES-256-GCM with a constant AAD. The cost comes
 * from the server and is bounded here before any memory is taken. Neither user nor cost is bound to
 * the wrap; {@link dev.e2ee.recovery.RecoveryWrap} binds both.
 */
public final class PiaRecovery {
  private static final byte[] AAD = "pia-recovery-wrap-v1".getBytes(UTF_8);
  private static final int SALT = 32;
  private static final int WRAP = 60;
  private static final int KEK = 32;

  private PiaRecovery() {}

  /** Wraps a UMK at PIA's cost: 64 MiB, 3 passes, 4 lanes. */
  public static PiaRecoveryBlob wrap(UserMasterKey umk, PiaRecoveryCode code) {
    Engine engine = Engine.configured();
    Argon2Cost cost = Argon2Cost.DEFAULT;
    byte[] salt = engine.random(SALT);
    byte[] plain = umk.getEncoded();
    try (SecretBytes kek = kek(code, cost, salt)) {
      String box = PiaText.text(Box.seal(engine, kek, plain, AAD));
      return new PiaRecoveryBlob(
          box, PiaText.text(salt), cost.memoryKiB(), cost.passes(), cost.lanes());
    } finally {
      Arrays.fill(plain, (byte) 0);
      engine.wipe();
    }
  }

  /**
   * Unwraps a UMK, which has the id that its bytes give, and generation 1.
   *
   * @throws PiaFormatException for texts that are not canonical base64 or of other lengths, or a
   *     cost out of bounds; nothing was derived
   * @throws AEADBadTagException when code and blob do not belong together
   * @throws dev.e2ee.argon2.InsufficientMemoryException when the heap is too small for the cost
   */
  public static UserMasterKey unwrap(PiaRecoveryBlob blob, PiaRecoveryCode code)
      throws PiaFormatException, AEADBadTagException {
    byte[] box = PiaText.base64("recovery blob", blob.ciphertext(), WRAP);
    byte[] salt = PiaText.base64("recovery blob's salt", blob.kdfSalt(), SALT);
    Argon2Cost cost = cost(blob);
    Engine engine = Engine.configured();
    try (SecretBytes kek = kek(code, cost, salt);
        SecretBytes umk = SecretBytes.adopt(Box.open(engine, kek, box, AAD))) {
      return UserMasterKey.of(umk);
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(
          "the recovery code does not open this: another code, or the blob was altered");
    } finally {
      engine.wipe();
    }
  }

  private static Argon2Cost cost(PiaRecoveryBlob blob) throws PiaFormatException {
    try {
      return new Argon2Cost(blob.kdfMemoryCostKb(), blob.kdfTimeCost(), blob.kdfParallelism());
    } catch (IllegalArgumentException e) {
      throw new PiaFormatException(
          "the recovery blob asks for what nobody should compute: " + e.getMessage(), e);
    }
  }

  private static SecretBytes kek(PiaRecoveryCode code, Argon2Cost cost, byte[] salt) {
    try (SecretBytes input = code.kdfInput()) {
      byte[] bytes = input.copy();
      try {
        return SecretBytes.adopt(Argon2id.derive(cost, bytes, salt, KEK));
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }
}
