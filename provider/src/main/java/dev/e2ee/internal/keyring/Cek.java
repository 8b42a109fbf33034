package dev.e2ee.internal.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.format.Bound;
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

  private static byte[] info(String label, String collection, int epoch) {
    byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(epoch).array();
    return new Bound(label).lp(collection.getBytes(UTF_8)).raw(number).bytes();
  }

  /** The commitment to it, as 64 hex digits. */
  // [keyring-12]
  static String commitment(Engine engine, SecretBytes cek, String collection, int epoch) {
    byte[] info = info("e2ee-keyring-cek-v1", collection, epoch);
    return KeyText.of(Hkdf.expand(engine, cek, info, DERIVED));
  }

  /** What tells it from every other CEK in whatever collection, as 64 hex digits; not secret. */
  // [keyring-25]
  static String fingerprint(Engine engine, SecretBytes cek) {
    byte[] info = new Bound("e2ee-keyring-cek-fingerprint-v1").bytes();
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
