package dev.e2ee.rotation;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What sealed keys are inside of their envelope: spec rotation.md, section 2. */
final class SealedKeysContent {
  private static final int VERSION = 1;
  private static final int HEAD = 3;
  private static final int ROW = KeyId.LENGTH + 4 + UserMasterKey.LENGTH;
  static final int MOST = 256;

  private SealedKeysContent() {}

  /**
   * Encodes keys, each of which has an id.
   *
   * @return a secret, which the caller wipes
   */
  static byte[] encode(List<UserMasterKey> keys) {
    if (keys.isEmpty() || keys.size() > MOST) {
      throw new IllegalArgumentException(
          "sealed keys are 1 to " + MOST + " keys, not " + keys.size());
    }
    List<UserMasterKey> sorted = new ArrayList<>(keys);
    sorted.sort(Comparator.comparing(key -> idOf(key).toString()));
    ByteBuffer out = ByteBuffer.allocate(HEAD + ROW * sorted.size());
    out.put((byte) VERSION).putShort((short) sorted.size()); // [rotation-1]
    for (UserMasterKey key : sorted) {
      byte[] bytes = key.getEncoded();
      out.put(idOf(key).toBytes()).putInt(key.generation()).put(bytes);
      Arrays.fill(bytes, (byte) 0);
    }
    return out.array();
  }

  static KeyId idOf(UserMasterKey key) {
    return key.id().orElseThrow(() -> new IllegalArgumentException("a sealed key needs its id"));
  }

  /**
   * Decodes exactly what {@link #encode} writes.
   *
   * @return keys that the caller closes
   * @throws MalformedKeysException for any other bytes
   */
  static List<UserMasterKey> decode(byte[] content) throws MalformedKeysException {
    // [rotation-4]
    if (content.length < HEAD + ROW || content[0] != VERSION) {
      throw new MalformedKeysException("another version, or too short");
    }
    ByteBuffer in = ByteBuffer.wrap(content, 1, content.length - 1);
    int count = Short.toUnsignedInt(in.getShort());
    if (count < 1 || count > MOST || content.length != HEAD + ROW * count) {
      throw new MalformedKeysException("its length is not that of its number of keys");
    }
    List<UserMasterKey> keys = new ArrayList<>(count);
    boolean whole = false;
    try {
      String before = "";
      while (in.hasRemaining()) {
        UserMasterKey key = row(in);
        keys.add(key);
        String id = idOf(key).toString();
        if (id.compareTo(before) <= 0) { // [rotation-3]
          throw new MalformedKeysException("its keys are not in ascending order of their ids");
        }
        before = id;
      }
      whole = true;
      return keys;
    } finally {
      if (!whole) {
        keys.forEach(UserMasterKey::close);
      }
    }
  }

  private static UserMasterKey row(ByteBuffer in) throws MalformedKeysException {
    byte[] id = new byte[KeyId.LENGTH];
    in.get(id);
    int generation = in.getInt();
    byte[] bytes = new byte[UserMasterKey.LENGTH];
    in.get(bytes);
    try (SecretBytes secret = SecretBytes.adopt(bytes)) {
      if (generation < 1) {
        throw new MalformedKeysException("a generation is 0, or over 2147483647");
      }
      return UserMasterKey.of(secret, KeyId.of(id), generation);
    }
  }

  /** The envelope opened, and what was in it is no list of keys. */
  static final class MalformedKeysException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedKeysException(String message) {
      super(message);
    }
  }
}
