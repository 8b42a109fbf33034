package dev.e2ee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.engine.Engines;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Assumptions;

/**
 * Our provider over one of the engines. An engine whose native code does not load here aborts the
 * test with the reason, so that the report shows it.
 */
public final class TestEngine {
  private static final List<TestEngine> ALL =
      System.getProperty(Engines.PROPERTY) == null
          ? List.of(
              new TestEngine("JDK", () -> new E2eeProvider().configure("jdk")),
              new TestEngine("BC FIPS", () -> new E2eeProvider().configure("bcfips")),
              new TestEngine("ACCP", () -> new E2eeProvider().configure("accp")),
              new TestEngine("Conscrypt", () -> new E2eeProvider(Conscrypt.newProvider())))
          : List.of(new TestEngine(System.getProperty(Engines.PROPERTY), E2eeProvider::new));

  private final String name;
  private final Supplier<E2eeProvider> result;

  private TestEngine(String name, Supplier<E2eeProvider> maker) {
    this.name = name;
    this.result = attempt(name, maker);
  }

  private static Supplier<E2eeProvider> attempt(String name, Supplier<E2eeProvider> maker) {
    try {
      E2eeProvider made = maker.get();
      return () -> made;
    } catch (LinkageError | RuntimeException e) {
      return () -> Assumptions.abort("the engine " + name + " does not load here: " + e);
    }
  }

  /** All of them; in a run with another engine than the JDK's that one only. */
  public static Stream<TestEngine> all() {
    return ALL.stream();
  }

  /** The provider, or the end of the test with the reason why there is none. */
  public E2eeProvider provider() {
    return result.get();
  }

  /** A fresh {@code E2EE-Envelope} cipher. */
  public Cipher cipher() {
    try {
      return Cipher.getInstance("E2EE-Envelope", provider());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A cipher in this mode. */
  public Cipher cipher(int mode, Key key, AlgorithmParameterSpec spec)
      throws GeneralSecurityException {
    Cipher cipher = cipher();
    cipher.init(mode, key, spec);
    return cipher;
  }

  /** A cipher that seals under the sample key and context. */
  public Cipher sealing() throws GeneralSecurityException {
    return cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec());
  }

  /** A cipher that opens under the sample key and context. */
  public Cipher opening() throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
  }

  /** What computes, for the core's own tests. */
  public Engine engine() {
    return Engine.of(provider().engine());
  }

  /** A sealed sample of a message of this length, in suite 2. */
  public byte[] chunked(int length) throws GeneralSecurityException {
    byte[] envelope =
        cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.chunked())
            .doFinal(Sample.plaintext(length));
    assertEquals(Sample.chunkedLength(length), envelope.length);
    return envelope;
  }

  /** A sealed sample of a message of this length, in suite 1. */
  public byte[] sealed(int length) throws GeneralSecurityException {
    byte[] envelope = sealing().doFinal(Sample.plaintext(length));
    assertEquals(length + Sample.OVERHEAD, envelope.length);
    return envelope;
  }

  @Override
  public String toString() {
    return name;
  }
}
