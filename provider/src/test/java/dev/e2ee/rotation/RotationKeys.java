package dev.e2ee.rotation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** Two UMKs, old and new, and what is sealed under them; the same in each process of a test. */
final class RotationKeys {
  private RotationKeys() {}

  static UserMasterKey umk(int number) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) number);
    return UserMasterKey.of(bytes);
  }

  static UserMasterKey oldKey() {
    return umk(1);
  }

  static UserMasterKey newKey() {
    return umk(2);
  }

  static KeyRing ring() throws GeneralSecurityException {
    return KeyRing.of(newKey(), List.of(oldKey()));
  }

  static RecordContext context(String id) {
    return RecordContext.of("ann", "note", id);
  }

  static RecordFunction rewrapping() {
    return RecordFunction.rewrapping(RotationKeys::ring, RotationKeys::context);
  }

  static RecordFunction reencrypting() {
    return RecordFunction.reencrypting(RotationKeys::ring, RotationKeys::context);
  }

  static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] sealed(UserMasterKey key, String id, String text) throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(key)) {
      return envelope.seal(text(text), context(id));
    }
  }

  static String opened(UserMasterKey key, String id, byte[] record)
      throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(key)) {
      return new String(envelope.open(record, context(id)), UTF_8);
    }
  }

  /** The old key, sealed under the new one. */
  static SealedKeys sealedKeys(Path folder) throws IOException, GeneralSecurityException {
    SealedKeys sealed = SealedKeys.at(folder.resolve("old.keys"));
    sealed.write(newKey(), List.of(oldKey()));
    return sealed;
  }
}
