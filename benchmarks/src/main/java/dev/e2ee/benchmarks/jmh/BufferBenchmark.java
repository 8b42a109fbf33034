package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.implementation.BufferCipher;
import dev.e2ee.benchmarks.implementation.Implementation;
import dev.e2ee.benchmarks.implementation.RoundTrip;
import java.security.GeneralSecurityException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Large records into a buffer that the caller keeps, {@code Cipher.doFinal(byte[], int, int,
 * byte[], int)}: without it the allocation and clearing of 64 MiB arrays is most of what is
 * measured.
 */
public class BufferBenchmark {
  /** What each thread has for itself. */
  @SuppressWarnings("NullAway.Init") // JMH sets the parameters, then calls what is marked @Setup
  @State(Scope.Thread)
  public static class Own {
    /** The id of an {@link Implementation} that writes into buffers. */
    @Param({"e2ee-cipher", "jdk-chunks"})
    public String implementation;

    /** Bytes of plaintext. */
    @Param("67108864")
    public int size;

    BufferCipher cipher;
    Ring ring;
    byte[] buffer;

    /** Once for each thread. */
    @Setup
    public void check() throws GeneralSecurityException {
      cipher = (BufferCipher) Implementation.of(implementation).start().forThread();
      RoundTrip record = RoundTrip.checkedInBuffers(cipher, size);
      ring = Ring.of(cipher, record);
      buffer = new byte[record.sealed().length];
    }
  }

  /** One record sealed; gives the number of bytes. */
  @Benchmark
  public int sealInto(Own own) throws GeneralSecurityException {
    return own.cipher.seal(own.ring.next().plaintext(), own.buffer);
  }

  /** One record opened; gives the number of bytes. */
  @Benchmark
  public int openInto(Own own) throws GeneralSecurityException {
    return own.cipher.open(own.ring.next().sealed(), own.buffer);
  }
}
