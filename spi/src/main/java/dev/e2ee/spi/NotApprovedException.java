package dev.e2ee.spi;

import java.security.ProviderException;

/**
 * In the FIPS profile only what is approved is computed; this is not. The message names what to
 * take in its place. Where JCA has a checked exception for a refusal, this is its cause.
 */
public final class NotApprovedException extends ProviderException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param what was asked for
   * @param alternative what to take in its place
   */
  public NotApprovedException(String what, String alternative) {
    super(what + " is not approved in the FIPS profile: take " + alternative);
  }

  /** What to take in place of an algorithm. */
  public static String alternativeTo(String algorithm) {
    return switch (algorithm) {
      case "X25519" ->
          "P-256 (for devices AgreementAlgorithm.P256; without --curve25519 on the command line)";
      case "Argon2id" ->
          "PBKDF2WithHmacSHA512, or a secret of 112 bits and more with HKDF; for key files a slot"
              + " key, for recovery a wrap without a cost";
      default -> "another algorithm, or an engine without the profile";
    };
  }
}
