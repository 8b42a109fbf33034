package dev.e2ee.custody.file;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.core.SlotCipher;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotKeyFormat;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/** What somebody does to a key file behind its owner's back, with and without its slot key. */
final class Tampering {
  private Tampering() {}

  /** The bytes with the right checksum for what is before it. */
  static byte[] withChecksum(byte[] file) {
    byte[] fixed = file.clone();
    if (fixed.length >= 4) {
      CRC32C crc = new CRC32C();
      crc.update(fixed, 0, fixed.length - 4);
      ByteBuffer.wrap(fixed).putInt(fixed.length - 4, (int) crc.getValue());
    }
    return fixed;
  }

  /** The bytes with the right length field and checksum. */
  static byte[] withFrame(byte[] file) {
    byte[] fixed = file.clone();
    if (fixed.length >= 16) {
      ByteBuffer.wrap(fixed).putInt(12, fixed.length);
    }
    return withChecksum(fixed);
  }

  /** Changes the content as its owner could: authentic, with the slot key beside the file. */
  static void edit(Path path, UnaryOperator<KeyFileDocument> change) throws IOException {
    KeyFileDocument document = KeyFileFormat.parse(Files.readAllBytes(path)).document();
    Engine engine = Engine.jdk();
    Slot slot =
        document.slots().stream()
            .filter(one -> one.body() instanceof SlotBody.OfSlotKey)
            .findFirst()
            .orElseThrow();
    byte[] slotKey = Files.readAllBytes(KeyFileStore.at(path).slotKeyPath(slot.head().id()));
    try (SecretBytes kek = SlotKeyFormat.key(slotKey)) {
      SecretBytes fileKey =
          new SlotCipher(engine, path, document.fileId())
              .open(slot, (SlotBody.OfSlotKey) slot.body(), kek)
              .orElseThrow();
      try (FileSecrets secrets = new FileSecrets(engine, path, document.fileId(), fileKey)) {
        Files.write(path, secrets.encode(change.apply(document)));
      }
    }
  }

  static byte[] flipped(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << bit % 8);
    return changed;
  }

  static byte[] cut(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }
}
