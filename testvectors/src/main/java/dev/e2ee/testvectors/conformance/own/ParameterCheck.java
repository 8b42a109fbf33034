package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.TestVector;
import dev.e2ee.testvectors.conformance.check.Compare;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/** The encodings of our parameters: read, and written again to the same bytes. */
final class ParameterCheck implements Check {
  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    boolean envelope = vector.type().equals("EnvelopeParameters");
    String name = envelope ? "E2EE-Envelope" : "E2EE-DekWrap";
    byte[] encoded = LongValue.bytes(vector.json().required("encoded"));
    AlgorithmParameters read = subject.parameters(name);
    AlgorithmParameters written = subject.parameters(name);
    try {
      read.init(encoded);
      if (vector.isValid()) {
        AlgorithmParameterSpec meant = envelope ? envelope(vector) : dekWrap(vector);
        written.init(meant);
        Compare.same("encoding", encoded, written.getEncoded());
        Class<? extends AlgorithmParameterSpec> type =
            envelope ? EnvelopeParameterSpec.class : DekWrapParameterSpec.class;
        AlgorithmParameters again = subject.parameters(name);
        again.init(read.getParameterSpec(type));
        Compare.same("encoding of what was read", encoded, again.getEncoded());
      }
      return null;
    } catch (IOException e) {
      throw new RejectedException("refused: " + e);
    }
  }

  private static AlgorithmParameterSpec envelope(TestVector v) {
    EnvelopeParameterSpec spec =
        EnvelopeCheck.context(v)
            .map(EnvelopeParameterSpec::new)
            .orElseGet(EnvelopeParameterSpec::withoutContext)
            .withMinimumGeneration(v.json().path("minGeneration").asInt());
    for (Suite suite : Suite.values()) {
      if (v.json().path("suite").asInt() == suite.number()) {
        return spec.withSuite(suite);
      }
    }
    return spec;
  }

  private static AlgorithmParameterSpec dekWrap(TestVector v) {
    return new DekWrapParameterSpec(EnvelopeCheck.context(v).orElseThrow());
  }
}
