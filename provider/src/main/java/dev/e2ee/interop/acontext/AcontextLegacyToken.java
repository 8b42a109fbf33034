package dev.e2ee.interop.acontext;

import dev.e2ee.spi.SecretBytes;
import java.util.Arrays;

/**
 * A legacy token of Acontext's: {@code sk-ac-} and any text. It names its holder and carries no
 * key: its project is not encrypted. A caller asks for one by this class; a damaged compact token
 * is never taken for one by {@link AcontextToken}.
 */
public final class AcontextLegacyToken implements AutoCloseable {
  private static final int LONGEST = 1024;

  private final SecretBytes secret;

  private AcontextLegacyToken(SecretBytes secret) {
    this.secret = secret;
  }

  /**
   * Reads one.
   *
   * @param text stays the caller's, who wipes it; 1 to 1024 bytes of UTF-8 behind {@code sk-ac-}
   * @throws AcontextFormatException for another prefix or length, or a compact token, which has a
   *     key
   */
  public static AcontextLegacyToken parse(char[] text) throws AcontextFormatException {
    AcontextToken.requirePrefix(text);
    if (AcontextToken.isCompact(text)) {
      throw new AcontextFormatException(
          "this token carries a key: its project is encrypted, and AcontextToken reads it");
    }
    char[] body = Arrays.copyOfRange(text, AcontextToken.PREFIX.length(), text.length);
    try {
      SecretBytes secret = AcontextPepper.utf8(body);
      if (secret.length() < 1 || secret.length() > LONGEST) {
        secret.close();
        throw new AcontextFormatException(
            "a legacy token has 1 to " + LONGEST + " bytes behind " + AcontextToken.PREFIX);
      }
      return new AcontextLegacyToken(secret);
    } catch (IllegalArgumentException e) {
      throw new AcontextFormatException("the token holds a lone surrogate", e);
    } finally {
      Arrays.fill(body, '\0');
    }
  }

  /** By which a server finds the project: 64 digits of hex. */
  public String lookup(AcontextPepper pepper) {
    return AcontextSecret.lookup(secret, pepper);
  }

  /**
   * Whether a verifier is of this token and pepper. The cost is below what a text that a person
   * chose needs.
   *
   * @throws AcontextFormatException for another text or another cost; nothing was derived
   * @throws dev.e2ee.spi.NotApprovedException in the FIPS profile
   */
  public boolean matches(String verifier, AcontextPepper pepper) throws AcontextFormatException {
    return AcontextSecret.matches(verifier, secret, pepper);
  }

  /** Wipes the token. */
  @Override
  public void close() {
    secret.close();
  }

  @Override
  public String toString() {
    return "AcontextLegacyToken";
  }
}
