package dev.e2ee.internal.jca;

import dev.e2ee.spi.NotApprovedException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;

/** What the FIPS profile refuses, as the checked exceptions that JCA has for it. */
public final class Refusals {
  private Refusals() {}

  /** For parameters. */
  public static InvalidAlgorithmParameterException parameters(NotApprovedException why) {
    return new InvalidAlgorithmParameterException(why.getMessage(), why);
  }

  /** For a key. */
  public static InvalidKeyException key(NotApprovedException why) {
    return new InvalidKeyException(why.getMessage(), why);
  }

  /** For what a key is derived from. */
  public static InvalidKeySpecException specification(NotApprovedException why) {
    return new InvalidKeySpecException(why.getMessage(), why);
  }

  /** For a whole service. */
  public static NoSuchAlgorithmException service(NotApprovedException why) {
    return new NoSuchAlgorithmException(why.getMessage(), why);
  }
}
