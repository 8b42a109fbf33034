package dev.e2ee.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * CTX, the one encoding of what something is bound to: {@code testvectors/spec/envelope.md},
 * section 3. Different fields never give the same bytes.
 */
public final class ContextFields {
  static final int TENANT = 1;
  static final int USER_ID = 2;
  static final int ENTITY_TYPE = 3;
  static final int ENTITY_ID = 4;
  static final int TARGET_DEVICE_ID = 5;
  static final int RAW_AAD = 6;
  static final int REVISION = 7;
  private static final int VERSION = 1;
  private static final int HEAD = 3;
  private static final int FIELD_HEAD = 6;

  private static final class Field {
    final int id;
    final byte[] bytes;

    Field(int id, byte[] bytes) {
      this.id = id;
      this.bytes = bytes;
    }
  }

  private final List<Field> fields = new ArrayList<>(5);
  private int length = HEAD;

  /** CTX(userId): what belongs to one user. */
  public static byte[] ofUser(String userId) {
    return new ContextFields().add(USER_ID, userId.getBytes(UTF_8)).encode();
  }

  /** CTX(userId, targetDeviceId): what is for one device of a user. */
  public static byte[] ofDevice(String userId, String deviceId) {
    return new ContextFields()
        .add(USER_ID, userId.getBytes(UTF_8))
        .add(TARGET_DEVICE_ID, deviceId.getBytes(UTF_8))
        .encode();
  }

  /** Adds a field; the ids ascend. */
  ContextFields add(int id, byte[] bytes) {
    fields.add(new Field(id, bytes));
    length += FIELD_HEAD + bytes.length;
    return this;
  }

  boolean isEmpty() {
    return fields.isEmpty();
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) VERSION).putShort((short) fields.size());
    for (Field field : fields) {
      out.putShort((short) field.id).putInt(field.bytes.length).put(field.bytes);
    }
    return out.array();
  }
}
