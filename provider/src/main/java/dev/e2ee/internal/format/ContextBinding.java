package dev.e2ee.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.envelope.RecordContext;
import java.nio.ByteBuffer;
import java.util.Arrays;

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
  private static final byte[] DATA_KEY_AAD = "e2ee-data-key-v1".getBytes(UTF_8);
  private final byte[] payloadAad;
  private final byte[] dekAad;
  private final byte[] ctx;
  private final boolean contextFree;

  private ContextBinding(byte[] payloadAad, byte[] dekAad, ContextFields fields) {
    this.payloadAad = payloadAad;
    this.dekAad = dekAad;
    this.ctx = fields.encode();
    this.contextFree = fields.isEmpty();
  }

  /** Bound to a record. */
  public static ContextBinding of(RecordContext context) {
    byte[] userId = context.userId().getBytes(UTF_8);
    byte[] entityType = context.entityType().getBytes(UTF_8);
    byte[] entityId = context.entityId().getBytes(UTF_8);
    // [envelope-12] [envelope-13]
    ContextFields fields = new ContextFields();
    context.tenant().ifPresent(t -> fields.add(ContextFields.TENANT, t.getBytes(UTF_8)));
    fields.add(ContextFields.USER_ID, userId);
    fields.add(ContextFields.ENTITY_TYPE, entityType);
    fields.add(ContextFields.ENTITY_ID, entityId);
    context
        .revision()
        .ifPresent(
            r -> fields.add(ContextFields.REVISION, ByteBuffer.allocate(8).putLong(r).array()));
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
   * @throws IllegalArgumentException for more, and for what data keys are wrapped with
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
    // [envelope-59]
    if (Arrays.equals(aad, DATA_KEY_AAD)) {
      throw new IllegalArgumentException(
          "this AAD is what data keys are wrapped with, and not for records; change it");
    }
    // [envelope-20]
    return new ContextBinding(aad, aad, new ContextFields().add(ContextFields.RAW_AAD, aad));
  }

  /** Bound to nothing; {@code inspect} tells it. */
  public static ContextBinding none() {
    return new ContextBinding(new byte[0], new byte[0], new ContextFields());
  }

  /** The AAD of the wrap of a data key, which is bound to no record; a fresh copy. */
  public static byte[] dataKeyAad() {
    // [envelope-57]
    return DATA_KEY_AAD.clone();
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
