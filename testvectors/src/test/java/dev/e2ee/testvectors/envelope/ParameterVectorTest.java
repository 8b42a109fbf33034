package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Vector;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Encoded parameters: read as their vectors say, and written back to the same bytes. Covers
 * [envelope-12] to [envelope-17], [envelope-34] and [envelope-35].
 */
class ParameterVectorTest {
  private static final Provider PROVIDER = new E2eeProvider();
  private static final String ENVELOPE = "E2EE-Envelope";
  private static final String DEK_WRAP = "E2EE-DekWrap";

  @TestFactory
  Stream<DynamicTest> envelopeParameters() {
    return EnvelopeVectors.WHOLE
        .tests("EnvelopeParameters")
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> checkEnvelope(vector)));
  }

  private static void checkEnvelope(Vector vector) throws GeneralSecurityException, IOException {
    if (!vector.valid()) {
      checkRefused(ENVELOPE, vector);
      return;
    }
    EnvelopeParameterSpec expected =
        vector
            .context()
            .map(EnvelopeParameterSpec::new)
            .orElseGet(EnvelopeParameterSpec::withoutContext)
            .withMinimumGeneration(vector.number("minGeneration"));
    for (Suite suite : Suite.values()) {
      if (vector.number("suite") == suite.number()) {
        expected = expected.withSuite(suite);
      }
    }
    AlgorithmParameters read = AlgorithmParameters.getInstance(ENVELOPE, PROVIDER);
    read.init(vector.bytes("encoded"));
    EnvelopeParameterSpec spec = read.getParameterSpec(EnvelopeParameterSpec.class);
    assertEquals(expected.context(), spec.context());
    assertEquals(expected.suite(), spec.suite());
    assertEquals(expected.minimumGeneration(), spec.minimumGeneration());
    AlgorithmParameters written = AlgorithmParameters.getInstance(ENVELOPE, PROVIDER);
    written.init(expected);
    assertArrayEquals(vector.bytes("encoded"), written.getEncoded());
  }

  @TestFactory
  Stream<DynamicTest> dekWrapParameters() {
    return EnvelopeVectors.WHOLE
        .tests("DekWrapParameters")
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> checkDekWrap(vector)));
  }

  private static void checkDekWrap(Vector vector) throws GeneralSecurityException, IOException {
    if (!vector.valid()) {
      checkRefused(DEK_WRAP, vector);
      return;
    }
    DekWrapParameterSpec expected = new DekWrapParameterSpec(vector.context().orElseThrow());
    AlgorithmParameters read = AlgorithmParameters.getInstance(DEK_WRAP, PROVIDER);
    read.init(vector.bytes("encoded"));
    assertEquals(expected, read.getParameterSpec(DekWrapParameterSpec.class));
    AlgorithmParameters written = AlgorithmParameters.getInstance(DEK_WRAP, PROVIDER);
    written.init(expected);
    assertArrayEquals(vector.bytes("encoded"), written.getEncoded());
  }

  private static void checkRefused(String algorithm, Vector vector)
      throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance(algorithm, PROVIDER);
    assertThrows(IOException.class, () -> parameters.init(vector.bytes("encoded")));
  }
}
