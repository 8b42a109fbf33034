package dev.e2ee.envelope;

import java.security.spec.AlgorithmParameterSpec;

/**
 * Which record a bare DEK wrap ({@code E2EE-DekWrap}) belongs to.
 *
 * <p>The wrap is bound to entity type and id only, and joins them with a colon: a component with a
 * colon or control character, a tenant or a revision is refused at {@code init}.
 *
 * @param context the record
 */
public record DekWrapParameterSpec(RecordContext context) implements AlgorithmParameterSpec {}
