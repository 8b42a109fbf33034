package dev.e2ee.envelope;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
  public static final int MAX_COMPONENT = 1024;

  private final String userId;
  private final String entityType;
  private final String entityId;
  private final @Nullable String tenant;
  private final @Nullable Long revision;

  private RecordContext(
      String userId,
      String entityType,
      String entityId,
      @Nullable String tenant,
      @Nullable Long revision) {
    this.userId = checked("user id", userId);
    this.entityType = checked("entity type", entityType);
    this.entityId = checked("entity id", entityId);
    this.tenant = tenant == null ? null : checked("tenant", tenant);
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

  private static String checked(String what, String text) {
    int length = utf8(what, Objects.requireNonNull(text, what)).length;
    // [envelope-15]
    if (length < 1 || length > MAX_COMPONENT) {
      throw new IllegalArgumentException(
          "the " + what + " must have 1 to " + MAX_COMPONENT + " bytes of UTF-8, not " + length);
    }
    return text;
  }

  private static byte[] utf8(String what, String text) {
    try {
      // [envelope-14]
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the " + what + " holds a lone surrogate", e);
    }
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
