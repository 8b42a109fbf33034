package dev.e2ee.internal.jca;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.internal.recovery.CostFields;
import dev.e2ee.recovery.RecoveryWrapParameterSpec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** {@code AlgorithmParameters} {@code E2EE-RecoveryWrap}. */
public final class RecoveryWrapParameters extends Parameters<RecoveryWrapParameterSpec> {
  private static final int VERSION = 1;

  /** For the service table. */
  public RecoveryWrapParameters() {
    super(RecoveryWrapParameterSpec.class);
  }

  @Override
  byte[] encode(RecoveryWrapParameterSpec spec) {
    byte[] userId = spec.userId().getBytes(UTF_8);
    return ByteBuffer.allocate(5 + CostFields.LENGTH + userId.length)
        .put((byte) VERSION)
        .putInt(spec.issue())
        .put(CostFields.of(spec.cost()))
        .put(userId)
        .array();
  }

  @Override
  RecoveryWrapParameterSpec decode(ByteBuffer in) {
    // [recovery-10]
    if (in.get() != VERSION) {
      throw new IllegalArgumentException("not version 1");
    }
    int issue = in.getInt();
    Optional<Argon2Cost> cost = CostFields.read(in);
    try {
      return new RecoveryWrapParameterSpec(UTF_8.newDecoder().decode(in).toString(), issue, cost);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the user id is not UTF-8", e);
    }
  }
}
