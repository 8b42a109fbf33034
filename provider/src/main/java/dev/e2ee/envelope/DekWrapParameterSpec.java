package dev.e2ee.envelope;

import dev.e2ee.internal.format.BareContext;
import java.security.spec.AlgorithmParameterSpec;

/**
 * Which record a bare DEK wrap ({@code E2EE-DekWrap}) belongs to.
 *
 * <p>The wrap is bound to entity type and id only, and joins them with a colon: a component with a
 * colon or control character, a tenant or a revision is refused here.
 *
 * @param context the record
 */
public record DekWrapParameterSpec(RecordContext context) implements AlgorithmParameterSpec {
  /**
   * Checks that the wrap can carry this context.
   *
   * @throws IllegalArgumentException saying what it cannot carry
   */
  public DekWrapParameterSpec {
    BareContext.require(context);
  }
}
