package dev.e2ee.internal.jca;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.ContextDecoder;
import java.nio.ByteBuffer;

/** {@code AlgorithmParameters} {@code E2EE-Envelope}. */
public final class EnvelopeParameters extends Parameters<EnvelopeParameterSpec> {
  private static final int VERSION = 1;

  /** For the service table. */
  public EnvelopeParameters() {
    super(EnvelopeParameterSpec.class);
  }

  @Override
  byte[] encode(EnvelopeParameterSpec spec) {
    byte[] ctx = spec.context().map(ContextBinding::of).orElseGet(ContextBinding::none).ctx();
    return ByteBuffer.allocate(6 + ctx.length)
        .put((byte) VERSION)
        .put((byte) spec.suite().map(Suite::number).orElse(0).intValue())
        .putInt(spec.minimumGeneration())
        .put(ctx)
        .array();
  }

  @Override
  EnvelopeParameterSpec decode(ByteBuffer in) {
    // [envelope-34]
    if (in.get() != VERSION) {
      throw new IllegalArgumentException("not version 1");
    }
    int suite = in.get() & 0xff;
    int minimumGeneration = in.getInt();
    EnvelopeParameterSpec spec =
        ContextDecoder.decode(in)
            .map(EnvelopeParameterSpec::new)
            .orElseGet(EnvelopeParameterSpec::withoutContext)
            .withMinimumGeneration(minimumGeneration);
    for (Suite known : Suite.values()) {
      if (suite == known.number()) {
        return spec.withSuite(known);
      }
    }
    if (suite != 0) {
      throw new IllegalArgumentException("no suite " + suite);
    }
    return spec;
  }
}
