package dev.e2ee.interop.pia;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.util.Arrays;

/** How a device of PIA's that has recovered the UMK shows the server that it has. */
public final class PiaActivation {
  private static final byte[] SALT = "activation".getBytes(UTF_8);
  private static final byte[] INFO = "pia-activation-proof-v1".getBytes(UTF_8);

  private PiaActivation() {}

  /** The key that the server is given once, to check proofs by: base64 of 32 bytes. */
  public static String proofKey(UserMasterKey umk) {
    try (SecretBytes key = key(umk)) {
      byte[] bytes = key.copy();
      try {
        return PiaText.text(bytes);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  /**
   * The proof for one session: base64 of 32 bytes.
   *
   * @param onboardingSessionId the text as the server gave it
   */
  public static String proof(UserMasterKey umk, String onboardingSessionId) {
    try (SecretBytes key = key(umk)) {
      return PiaText.text(Engine.configured().hmacSha256(key, onboardingSessionId.getBytes(UTF_8)));
    }
  }

  private static SecretBytes key(UserMasterKey umk) {
    try (SecretBytes bytes = SecretBytes.adopt(umk.getEncoded())) {
      return Hkdf.derive(Engine.configured(), bytes, SALT, INFO);
    }
  }
}
