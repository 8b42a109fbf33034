package dev.e2ee.spi.internal.engine;

import dev.e2ee.spi.EngineUnavailableException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.KDFCalculator;
import org.bouncycastle.crypto.fips.FipsKDF;
import org.bouncycastle.crypto.fips.FipsKDF.AgreementKDFPRF;
import org.bouncycastle.crypto.fips.FipsKDF.AgreementKDFParameters;

/**
 * Bouncy Castle FIPS in approved-only mode. HKDF is its {@code FipsKDF}, NIST SP 800-56C revision
 * 2: the JCA provider has no service for it.
 */
final class BcFipsModule implements ApprovedModule {
  private static final String RFC_5869 =
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";

  private final Provider provider;
  private final SecureRandom random;

  /** The module of this provider, whose HKDF gives what RFC 5869, appendix A.1, says. */
  static BcFipsModule tested(Provider provider) {
    if (FipsKDF.class.getClassLoader() != provider.getClass().getClassLoader()) {
      throw new EngineUnavailableException(
          "this JVM has two copies of bc-fips: the provider is of another than E2EE sees", null);
    }
    BcFipsModule module = new BcFipsModule(provider);
    byte[] ikm = new byte[22];
    Arrays.fill(ikm, (byte) 0x0b);
    byte[] salt = HexFormat.of().parseHex("000102030405060708090a0b0c");
    byte[] info = HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9");
    byte[] okm = module.expand(256, module.extract(256, salt, ikm), info, 42);
    if (!HexFormat.of().formatHex(okm).equals(RFC_5869)) {
      throw new EngineUnavailableException("the HKDF of bc-fips gives what it should not", null);
    }
    return module;
  }

  private BcFipsModule(Provider provider) {
    this.provider = provider;
    try {
      this.random = SecureRandom.getInstance("DEFAULT", provider);
    } catch (NoSuchAlgorithmException e) {
      throw new ProviderException("this is another bc-fips than was expected", e);
    }
  }

  /** Whether it is the module of this provider object. */
  @SuppressWarnings("ReferenceEquality") // a Provider equals another of the same entries
  boolean isOf(Provider other) {
    return provider == other;
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
