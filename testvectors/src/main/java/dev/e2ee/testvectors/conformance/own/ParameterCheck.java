package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.recovery.RecoveryWrapParameterSpec;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The encodings of our parameters: read, and written again to the same bytes. */
final class ParameterCheck implements Check {
  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    String name = "E2EE-" + vector.type().replace("Parameters", "");
    byte[] encoded = LongValue.bytes(vector.json().required("encoded"));
    AlgorithmParameters read = subject.parameters(name);
    try {
      read.init(encoded);
      if (vector.isValid()) {
        AlgorithmParameterSpec meant = meant(vector);
        AlgorithmParameters written = subject.parameters(name);
        written.init(meant);
        Compare.same("encoding", encoded, written.getEncoded());
        AlgorithmParameters again = subject.parameters(name);
        again.init(read.getParameterSpec(meant.getClass()));
        Compare.same("encoding of what was read", encoded, again.getEncoded());
      }
      return null;
    } catch (IOException e) {
      throw new RejectedException("refused: " + e);
    }
  }

  private static AlgorithmParameterSpec meant(TestVector v) {
    return switch (v.type()) {
      case "EnvelopeParameters" -> envelope(v);
      case "DekWrapParameters" -> new DekWrapParameterSpec(EnvelopeCheck.context(v).orElseThrow());
      case "RecoveryWrapParameters" ->
          new RecoveryWrapParameterSpec(v.text("userId"), v.number("issue"), cost(v));
      default -> throw new IllegalArgumentException("no parameters: " + v.type());
    };
  }

  /** Of a recovery wrap; none where all of it is 0. */
  private static Optional<Argon2Cost> cost(TestVector v) {
    int memoryKiB = v.number("memory");
    return memoryKiB == 0
        ? Optional.empty()
        : Optional.of(new Argon2Cost(memoryKiB, v.number("passes"), v.number("lanes")));
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
}
