package dev.e2ee.spi.internal.engine;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.KDFCalculator;
import org.bouncycastle.crypto.fips.FipsKDF;
import org.bouncycastle.crypto.fips.FipsKDF.AgreementKDFPRF;
import org.bouncycastle.crypto.fips.FipsKDF.AgreementKDFParameters;

/**
 * Bouncy Castle FIPS in approved-only mode. HKDF is its {@code FipsKDF}, NIST SP 800-56C revision
 * 2: the JCA provider has no service for it.
 */
final class BcFipsModule implements ApprovedModule {
  private final SecureRandom random;

  /** The module of this provider. */
  BcFipsModule(Provider provider) {
    try {
      this.random = SecureRandom.getInstance("DEFAULT", provider);
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("this is another bc-fips than was expected", e);
    }
  }

  @Override
  public SecureRandom random() {
    return random;
  }

  private static AgreementKDFPRF prf(int hash) {
    return switch (hash) {
      case 256 -> AgreementKDFPRF.SHA256_HMAC;
      case 384 -> AgreementKDFPRF.SHA384_HMAC;
      case 512 -> AgreementKDFPRF.SHA512_HMAC;
      default -> throw new IllegalArgumentException("no SHA-2 of " + hash + " bits is used");
    };
  }

  @Override
  public byte[] extract(int hash, byte[] salt, byte[] ikm) {
    try {
      return FipsKDF.HKDF_KEY_BUILDER.withPrf(prf(hash)).withSalt(salt).build(ikm).getKey();
    } catch (RuntimeException | AssertionError e) {
      throw new ProviderException("Bouncy Castle FIPS cannot extract by HKDF", e);
    }
  }

  @Override
  public byte[] expand(int hash, byte[] prk, byte[] info, int length) {
    byte[] out = new byte[length];
    try {
      AgreementKDFParameters parameters = FipsKDF.HKDF.withPRF(prf(hash)).using(prk).withIV(info);
      KDFCalculator<AgreementKDFParameters> calculator =
          new FipsKDF.AgreementOperatorFactory().createKDFCalculator(parameters);
      calculator.generateBytes(out);
      return out;
    } catch (RuntimeException | AssertionError e) {
      throw new ProviderException("Bouncy Castle FIPS cannot expand by HKDF", e);
    }
  }
}
