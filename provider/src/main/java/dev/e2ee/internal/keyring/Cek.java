package dev.e2ee.internal.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import dev.e2ee.spi.internal.crypto.RawUmk;
import java.nio.ByteBuffer;

/** What is derived from an epoch's CEK. {@code testvectors/spec/keyring.md}, sections 5 and 9. */
final class Cek {
  private static final int DERIVED = 32;

  private Cek() {}

  /** {@code label || 0x00 || lp(collection) || epoch(4)}. */
  private static byte[] info(String label, String collection, int epoch) {
    byte[] head = label.getBytes(UTF_8);
    byte[] name = collection.getBytes(UTF_8);
    return ByteBuffer.allocate(head.length + 1 + 4 + name.length + 4)
        .put(head)
        .put((byte) 0)
        .putInt(name.length)
        .put(name)
        .putInt(epoch)
        .array();
  }

  /** The commitment to it, as 64 hex digits. */
  // [keyring-12]
  static String commitment(Engine engine, SecretBytes cek, String collection, int epoch) {
    byte[] info = info("e2ee-keyring-cek-v1", collection, epoch);
    return KeyText.of(Hkdf.expand(engine, cek, info, DERIVED));
  }

  /** The UMK of a collection's envelopes, with the epoch as its generation. */
  // [keyring-23]
  static UserMasterKey masterKey(Engine engine, SecretBytes cek, String collection, int epoch) {
    byte[] info = info("e2ee-keyring-umk-v1", collection, epoch);
    try (SecretBytes umk = SecretBytes.adopt(Hkdf.expand(engine, cek, info, DERIVED))) {
      return UserMasterKey.of(umk, RawUmk.idOf(engine, umk), epoch);
    }
  }
}
