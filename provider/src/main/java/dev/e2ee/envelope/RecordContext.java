package dev.e2ee.envelope;

import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.Identifier;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a record is: whose, of which type, which one. An envelope opens only with the context it was
 * sealed with, so a server cannot pass one record off as another.
 *
 * <p>Every text is 1 to 1024 bytes of UTF-8. The optional tenant and revision are bound by the
 * envelope's commitment; the formats of other systems ({@code dev.e2ee.interop}) do not carry them.
 * See {@code testvectors/spec/envelope.md}, section Context.
 */
public final class RecordContext {
  /** The most bytes of UTF-8 that one component may have. */
  public static final int MAX_COMPONENT = Identifier.MAX_LENGTH;

  private final String userId;
  private final String entityType;
  private final String entityId;
  private final @Nullable String tenant;
  private final @Nullable Long revision;

  /** Two threads may each make one; they are alike, and of final fields only. */
  private @Nullable ContextBinding binding;

  private RecordContext(
      String userId,
      String entityType,
      String entityId,
      @Nullable String tenant,
      @Nullable Long revision) {
    this.userId = Identifier.check("user id", userId);
    this.entityType = Identifier.check("entity type", entityType);
    this.entityId = Identifier.check("entity id", entityId);
    this.tenant = tenant == null ? null : Identifier.check("tenant", tenant);
    this.revision = revision;
  }

  /**
   * The context of a record.
   *
   * @throws IllegalArgumentException for an empty component, one over 1024 bytes, or one with a
   *     lone surrogate
   */
  public static RecordContext of(String userId, String entityType, String entityId) {
    return new RecordContext(userId, entityType, entityId, null, null);
  }

  /** The same record, of one tenant of several. */
  public RecordContext withTenant(String name) {
    return new RecordContext(
        userId, entityType, entityId, Objects.requireNonNull(name, "tenant"), revision);
  }

  /**
   * The same record in one revision: an older envelope of it does not open with a newer number.
   *
   * @param number unsigned 64 bits
   */
  public RecordContext withRevision(long number) {
    return new RecordContext(userId, entityType, entityId, tenant, number);
  }

  /** The encodings of this context, made at their first use and kept. */
  ContextBinding binding() {
    ContextBinding kept = binding;
    if (kept == null) {
      kept = ContextBinding.of(this);
      binding = kept;
    }
    return kept;
  }

  /** Whose record it is. */
  public String userId() {
    return userId;
  }

  /** Its type. */
  public String entityType() {
    return entityType;
  }

  /** Which one of its type. */
  public String entityId() {
    return entityId;
  }

  /** The tenant, where one was given. */
  public Optional<String> tenant() {
    return Optional.ofNullable(tenant);
  }

  /** The revision as an unsigned 64-bit number, where one was given. */
  public OptionalLong revision() {
    return revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordContext c
        && userId.equals(c.userId)
        && entityType.equals(c.entityType)
        && entityId.equals(c.entityId)
        && tenant().equals(c.tenant())
        && revision().equals(c.revision());
  }

  @Override
  public int hashCode() {
    return Objects.hash(userId, entityType, entityId, tenant, revision);
  }

  @Override
  public String toString() {
    return "RecordContext[userId="
        + userId
        + ", entityType="
        + entityType
        + ", entityId="
        + entityId
        + (tenant == null ? "" : ", tenant=" + tenant)
        + (revision == null ? "" : ", revision=" + Long.toUnsignedString(revision))
        + "]";
  }
}
