package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.implementation.Implementation;
import dev.e2ee.benchmarks.implementation.RecordCipher;
import dev.e2ee.benchmarks.implementation.RoundTrip;
import java.security.GeneralSecurityException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Whole records, each in and out of an array of its own. */
public class RecordBenchmark {
  /** What all threads share. */
  @SuppressWarnings("NullAway.Init") // JMH sets the parameters, then calls what is marked @Setup
  @State(Scope.Benchmark)
  public static class Shared {
    /** The id of an {@link Implementation}. */
    @Param({"e2ee", "e2ee-cipher", "floor", "tink", "aws"})
    public String implementation;

    /** Bytes of plaintext. */
    @Param({"64", "1024", "16384", "1048576", "67108864"})
    public int size;

    Implementation.Source source;

    /** Once before all threads. */
    @Setup
    public void start() throws GeneralSecurityException {
      source = Implementation.of(implementation).start();
    }
  }

  /** What each thread has for itself. */
  @SuppressWarnings("NullAway.Init") // as above
  @State(Scope.Thread)
  public static class Own {
    RecordCipher cipher;
    Ring ring;

    /** Once for each thread. */
    @Setup
    public void check(Shared shared) throws GeneralSecurityException {
      cipher = shared.source.forThread();
      ring = Ring.of(cipher, RoundTrip.checked(cipher, shared.size));
    }
  }

  /** One record sealed. */
  @Benchmark
  public byte[] seal(Own own) throws GeneralSecurityException {
    return own.cipher.seal(own.ring.next().plaintext());
  }

  /** One record opened. */
  @Benchmark
  public byte[] open(Own own) throws GeneralSecurityException {
    return own.cipher.open(own.ring.next().sealed());
  }
}
