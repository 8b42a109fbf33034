package dev.e2ee.internal.jca;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.function.Function;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** {@code KeyGenerator} for keys of 256 random bits: {@code E2EE-UMK} and {@code E2EE-DEK}. */
public final class RandomKeyGenerator extends KeyGeneratorSpi {
  private static final int BITS = 256;

  private final Home home;
  private final Function<byte[], SecretKey> maker;

  /** For the service table. */
  public RandomKeyGenerator(Home home, Function<byte[], SecretKey> maker) {
    this.home = home;
    this.maker = maker;
  }

  /** A caller's source of randomness is not used, as in our ciphers. */
  @Override
  protected void engineInit(@Nullable SecureRandom random) {}

  @Override
  protected void engineInit(@Nullable AlgorithmParameterSpec spec, @Nullable SecureRandom random)
      throws InvalidAlgorithmParameterException {
    throw new InvalidAlgorithmParameterException("these keys have no parameters");
  }

  @Override
  protected void engineInit(int bits, @Nullable SecureRandom random) {
    if (bits != BITS) {
      throw new InvalidParameterException("these keys have 256 bits, not " + bits);
    }
  }

  @Override
  protected SecretKey engineGenerateKey() {
    byte[] bytes = home.engine().random(BITS / Byte.SIZE);
    try {
      return maker.apply(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
