package dev.e2ee.interop.acontext;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.argon2.Argon2id;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** The part of a token by which an Acontext server knows its holder: a text. */
final class AcontextSecret {
  private static final String PHC = "$argon2id$v=19$m=16384,t=2,p=1$";
  private static final int SALT = 16;
  private static final int HASH = 32;
  private static final int SALT_TEXT = 22;
  private static final int PHC_LENGTH = PHC.length() + SALT_TEXT + 1 + 43;

  private AcontextSecret() {}

  /** Hex of HMAC-SHA-256(pepper, text). */
  static String lookup(SecretBytes text, AcontextPepper pepper) {
    Engine engine = Engine.configured();
    byte[] bytes = text.copy();
    try (SecretBytes key = pepper.hmacKey(engine, "")) {
      return HexFormat.of().formatHex(engine.hmacSha256(key, bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Argon2id over text || pepper, in PHC form, with a salt of its own. */
  static String verifier(SecretBytes text, AcontextPepper pepper) {
    Engine engine = approving();
    byte[] salt = engine.random(SALT);
    return PHC
        + AcontextText.unpadded(salt)
        + "$"
        + AcontextText.unpadded(hash(text, pepper, salt));
  }

  /** Whether that is a verifier of this text; its cost is compared, and never computed. */
  static boolean matches(String verifier, SecretBytes text, AcontextPepper pepper)
      throws AcontextFormatException {
    if (verifier.length() != PHC_LENGTH || !verifier.startsWith(PHC)) {
      throw new AcontextFormatException(
          "a verifier of Acontext's begins with " + PHC + " and has " + PHC_LENGTH + " characters");
    }
    int saltEnd = PHC.length() + SALT_TEXT;
    if (verifier.charAt(saltEnd) != '$') {
      throw new AcontextFormatException("the verifier's salt has not 16 bytes");
    }
    byte[] salt =
        AcontextText.unpadded("verifier's salt", verifier.substring(PHC.length(), saltEnd), SALT);
    byte[] hash = AcontextText.unpadded("verifier", verifier.substring(saltEnd + 1), HASH);
    approving();
    return MessageDigest.isEqual(hash, hash(text, pepper, salt));
  }

  private static Engine approving() {
    Engine engine = Engine.configured();
    engine.refuseInProfile(
        "Argon2id, which Acontext's verifiers need,", "the look-up value, which is an HMAC");
    return engine;
  }

  private static byte[] hash(SecretBytes text, AcontextPepper pepper, byte[] salt) {
    byte[] bytes = text.copy();
    try (SecretBytes both = pepper.between(bytes, "")) {
      byte[] input = both.copy();
      try {
        return Argon2id.deriveAcontextVerifier(input, salt);
      } finally {
        Arrays.fill(input, (byte) 0);
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Lower-case hex of secret bytes, as text that the caller closes. */
  static SecretBytes hex(byte[] bytes, int from, int to) {
    byte[] digits = "0123456789abcdef".getBytes(US_ASCII);
    byte[] text = new byte[2 * (to - from)];
    for (int i = from; i < to; i++) {
      text[2 * (i - from)] = digits[(bytes[i] >> 4) & 15];
      text[2 * (i - from) + 1] = digits[bytes[i] & 15];
    }
    return SecretBytes.adopt(text);
  }
}
