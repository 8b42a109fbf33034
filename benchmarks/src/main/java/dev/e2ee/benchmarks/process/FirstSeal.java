package dev.e2ee.benchmarks.process;

import dev.e2ee.benchmarks.implementation.E2eeCipher;
import dev.e2ee.benchmarks.implementation.E2eeEnvelope;
import dev.e2ee.benchmarks.implementation.JdkFloor;
import dev.e2ee.benchmarks.implementation.RecordCipher;
import dev.e2ee.provider.E2eeProvider;

/**
 * A program that seals one record of 1 KiB and ends. It prints the nanoseconds from the start of
 * {@code main} to the sealed record: loading of classes, set-up of the key, one seal.
 */
final class FirstSeal {
  /** The message's length in bytes. */
  static final int SIZE = 1024;

  private FirstSeal() {}

  /** Argument: e2ee, e2ee-cipher or floor. */
  public static void main(String[] arguments) throws Exception {
    long start = System.nanoTime();
    RecordCipher cipher;
    switch (arguments[0]) {
      case "e2ee" -> cipher = new E2eeEnvelope();
      case "e2ee-cipher" -> cipher = new E2eeCipher(new E2eeProvider());
      case "floor" -> cipher = new JdkFloor();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    byte[] sealed = cipher.seal(new byte[SIZE]);
    long nanos = System.nanoTime() - start;
    if (sealed.length <= SIZE) {
      throw new IllegalStateException("sealed only " + sealed.length + " bytes");
    }
    System.out.println(nanos);
  }
}
