package dev.e2ee.spi.internal.crypto;

import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A parent whose n-th draw, and n-th seed, is the byte n over and over; can fail on demand. */
final class CountingParent extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final transient Source source;
  private final String algorithm;

  /** One that says it reads the system's device. */
  CountingParent() {
    this(new Source(), "NativePRNGNonBlocking");
  }

  private CountingParent(Source source, String algorithm) {
    super(source, null);
    this.source = source;
    this.algorithm = algorithm;
  }

  /** One that draws on a state of its own; its next seed is that after so many. */
  static CountingParent drbg(int seeds) {
    CountingParent parent = new CountingParent(new Source(), "DRBG");
    parent.source.seeds.set(seeds);
    return parent;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  /** What the n-th draw or seed is. */
  static byte[] bytes(int number, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }

  int draws() {
    return source.draws.get();
  }

  int seeds() {
    return source.seeds.get();
  }

  /** From now on it fails as the JDK's does when it cannot read the system's device, or no more. */
  void fail(boolean failing) {
    source.failing.set(failing);
  }

  private static final class Source extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    private final AtomicInteger draws = new AtomicInteger();
    private final AtomicInteger seeds = new AtomicInteger();
    private final AtomicBoolean failing = new AtomicBoolean();

    @Override
    protected void engineSetSeed(byte[] seed) {
      throw new UnsupportedOperationException("not asked for");
    }

    @Override
    protected void engineNextBytes(byte[] out) {
      failIfTold();
      Arrays.fill(out, (byte) draws.incrementAndGet());
    }

    @Override
    protected byte[] engineGenerateSeed(int count) {
      failIfTold();
      return bytes(seeds.incrementAndGet(), count);
    }

    private void failIfTold() {
      if (failing.get()) {
        throw new ProviderException("the device cannot be read");
      }
    }
  }
}
