package dev.e2ee.internal.format;

import dev.e2ee.envelope.RecordContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the CTX of a record, or of none, back from an {@code AlgorithmParameters} encoding. */
public final class ContextDecoder {
  private ContextDecoder() {}

  /**
   * The record that a CTX names.
   *
   * @return empty for a CTX without fields
   * @throws IllegalArgumentException for anything that {@link ContextBinding} does not write
   */
  public static Optional<RecordContext> decode(ByteBuffer in) {
    // [envelope-17]
    if (in.remaining() < 3 || in.remaining() > ContextBinding.MAX_CTX || in.get() != 1) {
      throw new IllegalArgumentException("not a context of version 1");
    }
    int count = in.getShort() & 0xffff;
    Map<Integer, byte[]> fields = fields(in, count);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    RecordContext context = RecordContext.of(text(fields, 2), text(fields, 3), text(fields, 4));
    if (fields.containsKey(1)) {
      context = context.withTenant(text(fields, 1));
    }
    byte @Nullable [] revision = fields.remove(7);
    if (revision != null) {
      if (revision.length != Long.BYTES) {
        throw new IllegalArgumentException("a revision has 8 bytes, not " + revision.length);
      }
      context = context.withRevision(ByteBuffer.wrap(revision).getLong());
    }
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException("a record's context has no field " + fields.keySet());
    }
    return Optional.of(context);
  }

  private static Map<Integer, byte[]> fields(ByteBuffer in, int count) {
    Map<Integer, byte[]> fields = new TreeMap<>();
    int last = 0;
    for (int i = 0; i < count; i++) {
      if (in.remaining() < 6) {
        throw new IllegalArgumentException("the context is cut short");
      }
      int id = in.getShort() & 0xffff;
      int length = in.getInt();
      if (id <= last || length < 1 || length > in.remaining()) {
        throw new IllegalArgumentException("the context's field " + id + " is not well formed");
      }
      byte[] bytes = new byte[length];
      in.get(bytes);
      fields.put(id, bytes);
      last = id;
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("bytes follow the context");
    }
    return fields;
  }

  /** Takes the field out, so that what is left at the end is unknown. */
  private static String text(Map<Integer, byte[]> fields, int id) {
    byte @Nullable [] bytes = fields.remove(id);
    if (bytes == null) {
      throw new IllegalArgumentException("the context lacks its field " + id);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the context's field " + id + " is not UTF-8", e);
    }
  }
}
