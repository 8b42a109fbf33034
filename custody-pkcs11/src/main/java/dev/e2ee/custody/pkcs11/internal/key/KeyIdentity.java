package dev.e2ee.custody.pkcs11.internal.key;

import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a key's check binds it to: everything of its label but the state, and its id. Section 3 of
 * {@code testvectors/spec/token.md}.
 */
final class KeyIdentity {
  private static final byte[] TITLE = "e2ee-token-key-v1".getBytes(StandardCharsets.US_ASCII);

  private KeyIdentity() {}

  /** Title, 0, use(1), id(16), generation(4), created(8), and the name to the end. */
  static byte[] of(KeyId id, KeyLabel label) {
    // [token-5]
    byte[] name = label.name().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(TITLE.length + 2 + KeyId.LENGTH + 12 + name.length)
        .put(TITLE)
        .put((byte) 0)
        .put((byte) label.use().number())
        .put(id.toBytes())
        .putInt(label.generation())
        .putLong(label.created())
        .put(name)
        .array();
  }
}
