package dev.e2ee.spi.internal.crypto;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/** Our one source of randomness in the form that the JDK's generators and signatures take. */
final class JdkRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  JdkRandom(Randomness source) {
    super(new Source(source), null);
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("randomness is not serialised");
  }

  private static final class Source extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    private final transient Randomness source;

    Source(Randomness source) {
      this.source = source;
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      source.fill(bytes);
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      byte[] seed = new byte[length];
      source.fill(seed);
      return seed;
    }

    /** Nobody needs to add anything, and nobody can. */
    @Override
    protected void engineSetSeed(byte[] seed) {}
  }
}
