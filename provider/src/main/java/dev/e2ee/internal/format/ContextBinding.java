package dev.e2ee.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.envelope.RecordContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an envelope is bound to, in its three encodings: the AAD of the payload, the AAD of the DEK
 * wrap, and CTX, the unambiguous one that the commitment covers. It is kept with the context, and
 * so its arrays are nobody's to change: a custody is given a copy.
 */
public final class ContextBinding {
  /** The most bytes of CTX. */
  public static final int MAX_CTX = 8192;

  /** The most bytes of raw AAD: what fits into CTX beside its head (3) and field head (6). */
  public static final int MAX_RAW_AAD = MAX_CTX - 9;

  private static final byte[] PAYLOAD_LABEL = "pia-e2ee-v1".getBytes(UTF_8);
  private static final byte[] DEK_LABEL = "pia-dek-wrap-v1".getBytes(UTF_8);
  private static final int CTX_VERSION = 1;
  private static final int TENANT = 1;
  private static final int USER_ID = 2;
  private static final int ENTITY_TYPE = 3;
  private static final int ENTITY_ID = 4;
  private static final int RAW_AAD = 6;
  private static final int REVISION = 7;

  private static final class Field {
    final int id;
    final byte[] bytes;

    Field(int id, byte[] bytes) {
      this.id = id;
      this.bytes = bytes;
    }
  }

  private final byte[] payloadAad;
  private final byte[] dekAad;
  private final byte[] ctx;
  private final boolean contextFree;

  private ContextBinding(byte[] payloadAad, byte[] dekAad, List<Field> fields) {
    this.payloadAad = payloadAad;
    this.dekAad = dekAad;
    this.ctx = encode(fields);
    this.contextFree = fields.isEmpty();
  }

  /** Bound to a record. */
  public static ContextBinding of(RecordContext context) {
    byte[] userId = context.userId().getBytes(UTF_8);
    byte[] entityType = context.entityType().getBytes(UTF_8);
    byte[] entityId = context.entityId().getBytes(UTF_8);
    // [envelope-12] [envelope-13]
    List<Field> fields = new ArrayList<>(5);
    context.tenant().ifPresent(t -> fields.add(new Field(TENANT, t.getBytes(UTF_8))));
    fields.add(new Field(USER_ID, userId));
    fields.add(new Field(ENTITY_TYPE, entityType));
    fields.add(new Field(ENTITY_ID, entityId));
    context
        .revision()
        .ifPresent(r -> fields.add(new Field(REVISION, ByteBuffer.allocate(8).putLong(r).array())));
    // [envelope-19]
    return new ContextBinding(
        joined(PAYLOAD_LABEL, userId, entityType, entityId),
        joined(DEK_LABEL, entityType, entityId),
        fields);
  }

  /**
   * Bound to bytes that the application chose; none at all give {@link #none}.
   *
   * @param aad at most {@link #MAX_RAW_AAD} bytes
   */
  public static ContextBinding ofRawAad(byte[] aad) {
    // [envelope-16]
    if (aad.length == 0) {
      return none();
    }
    if (aad.length > MAX_RAW_AAD) {
      throw new IllegalArgumentException(
          "AAD for an envelope has at most " + MAX_RAW_AAD + " bytes; hash what is longer");
    }
    // [envelope-20]
    return new ContextBinding(aad, aad, List.of(new Field(RAW_AAD, aad)));
  }

  /** Bound to nothing; {@code inspect} tells it. */
  public static ContextBinding none() {
    return new ContextBinding(new byte[0], new byte[0], List.of());
  }

  /** The parts behind the label, with a colon before each. */
  private static byte[] joined(byte[] label, byte[]... parts) {
    int length = label.length;
    for (byte[] part : parts) {
      length += 1 + part.length;
    }
    byte[] out = Arrays.copyOf(label, length);
    int end = label.length;
    for (byte[] part : parts) {
      out[end] = ':';
      System.arraycopy(part, 0, out, end + 1, part.length);
      end += 1 + part.length;
    }
    return out;
  }

  private static byte[] encode(List<Field> fields) {
    int length = 3;
    for (Field field : fields) {
      length += 6 + field.bytes.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) CTX_VERSION).putShort((short) fields.size());
    for (Field field : fields) {
      out.putShort((short) field.id).putInt(field.bytes.length).put(field.bytes);
    }
    return out.array();
  }

  /** The AAD of the payload's AES-GCM. */
  public byte[] payloadAad() {
    return payloadAad;
  }

  /** The AAD of the DEK's wrap. */
  public byte[] dekAad() {
    return dekAad;
  }

  /** The injective encoding of all fields. */
  public byte[] ctx() {
    return ctx;
  }

  /** Whether there is nothing that the envelope is bound to. */
  public boolean contextFree() {
    return contextFree;
  }
}
