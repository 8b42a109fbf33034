package dev.e2ee.internal.format;

import dev.e2ee.envelope.RecordContext;
import java.util.List;

/**
 * The rule for formats that join a context's components with colons and carry no commitment: what
 * would be ambiguous, or would be left out, is refused.
 */
public final class BareContext {
  private BareContext() {}

  /**
   * The binding of a context that such a format can carry.
   *
   * @throws IllegalArgumentException for a colon or control character in a component, a tenant or a
   *     revision
   */
  public static ContextBinding require(RecordContext context) {
    for (String part : List.of(context.userId(), context.entityType(), context.entityId())) {
      requirePart(part);
    }
    if (context.tenant().isPresent() || context.revision().isPresent()) {
      throw new IllegalArgumentException(
          "this format does not carry a tenant or a revision; an E2EE-Envelope does");
    }
    return ContextBinding.of(context);
  }

  /**
   * Does nothing for a text that such a format can carry.
   *
   * @throws IllegalArgumentException for a colon or control character
   */
  public static void requirePart(String part) {
    // [envelope-37]
    if (part.chars().anyMatch(c -> c == ':' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "this format joins its context with colons: none of its parts may hold a colon or a"
              + " control character; an E2EE-Envelope takes them");
    }
  }
}
