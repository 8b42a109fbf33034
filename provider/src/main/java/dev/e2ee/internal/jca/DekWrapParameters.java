package dev.e2ee.internal.jca;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.ContextDecoder;
import java.nio.ByteBuffer;

/** {@code AlgorithmParameters} {@code E2EE-DekWrap}. */
public final class DekWrapParameters extends Parameters<DekWrapParameterSpec> {
  private static final int VERSION = 1;

  /** For the service table. */
  public DekWrapParameters() {
    super(DekWrapParameterSpec.class);
  }

  @Override
  byte[] encode(DekWrapParameterSpec spec) {
    byte[] ctx = ContextBinding.of(spec.context()).ctx();
    return ByteBuffer.allocate(1 + ctx.length).put((byte) VERSION).put(ctx).array();
  }

  @Override
  DekWrapParameterSpec decode(ByteBuffer in) {
    // [envelope-35]
    if (in.get() != VERSION) {
      throw new IllegalArgumentException("not version 1");
    }
    return ContextDecoder.decode(in)
        .map(DekWrapParameterSpec::new)
        .orElseThrow(() -> new IllegalArgumentException("a DEK wrap needs a context"));
  }
}
