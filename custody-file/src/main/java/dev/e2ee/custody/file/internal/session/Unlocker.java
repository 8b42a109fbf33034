package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.core.SlotCipher;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Damage;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotKeyFormat;
import dev.e2ee.custody.file.internal.store.Deadline;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Gets from a secret to the keys of a file. A wrong passphrase is remembered, as a MAC under a key
 * of this object, so that the same one again costs nothing. Confined to its session's monitor.
 */
final class Unlocker {
  private final KeyFileStore store;
  private final Engine engine;
  private final SecretSource source;
  private final SecretBytes latchKey;
  private byte[] failed = {};

  Unlocker(KeyFileStore store, Engine engine, SecretSource source) {
    this.store = store;
    this.engine = engine;
    this.source = source;
    this.latchKey = SecretBytes.adopt(engine.random(32));
  }

  /** Opens the file as it was read, with a secret from the source. */
  FileSecrets unlock(KeyFileFormat.Parsed file, Deadline deadline) {
    KeyFileDocument document = file.document();
    Optional<byte[]> slotKey = source.slotKey(document);
    SecretBytes fileKey =
        slotKey.isPresent() ? bySlotKey(document, slotKey.get()) : byPassphrase(document, deadline);
    FileSecrets secrets = new FileSecrets(engine, store.file(), document.fileId(), fileKey);
    boolean authentic = false;
    try {
      secrets.verify(file);
      authentic = true;
      return secrets;
    } finally {
      if (!authentic) {
        secrets.close();
      }
    }
  }

  private SecretBytes bySlotKey(KeyFileDocument document, byte[] content) {
    try (SecretBytes kek = SlotKeyFormat.key(content)) {
      Bytes id = SlotKeyFormat.slotId(content);
      Slot slot =
          SecretSource.slot(document, id)
              .orElseThrow(
                  () ->
                      failed(
                          "the slot key is for the slot "
                              + id
                              + ", which this file does not have; give the slot key of one of its"
                              + " slots"));
      if (!(slot.body() instanceof SlotBody.OfSlotKey body)) {
        throw failed("the slot is not opened by a slot key");
      }
      return new SlotCipher(engine, store.file(), document.fileId())
          .open(slot, body, kek)
          .orElseThrow(() -> Damage.altered(store.file(), "a slot does not fit its own slot key"));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private SecretBytes byPassphrase(KeyFileDocument document, Deadline deadline) {
    List<Slot> slots =
        document.slots().stream()
            .filter(slot -> slot.body() instanceof SlotBody.OfPassphrase)
            .toList();
    if (slots.isEmpty()) {
      throw new CustodyException(
          Kind.LOCKED,
          store.file() + " has no slot for a passphrase; name its slot key: slot-key=PATH");
    }
    try (SecretBytes passphrase = source.passphrase()) {
      byte[] mark = mark(document, passphrase);
      if (MessageDigest.isEqual(mark, failed)) { // [keyfile-26]
        throw failed("this passphrase was wrong before and was not tried again; give another one");
      }
      SlotCipher cipher = new SlotCipher(engine, store.file(), document.fileId());
      for (Slot slot : slots) {
        deadline.check("the passphrase's key derivation");
        if (slot.body() instanceof SlotBody.OfPassphrase body) {
          Optional<SecretBytes> fileKey = cipher.open(slot, body, passphrase);
          if (fileKey.isPresent()) {
            failed = new byte[0];
            return fileKey.get();
          }
        }
      }
      failed = mark;
      throw failed(
          "wrong passphrase; the file is whole. Give another one. If you are sure of it, the slot"
              + " may have been altered: compare with a backup");
    }
  }

  private byte[] mark(KeyFileDocument document, SecretBytes passphrase) {
    byte[] text = passphrase.copy();
    try {
      byte[] slots = KeyFileFormat.encodeSlots(document);
      return engine.hmacSha256(latchKey, slots, text);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private CustodyException failed(String why) {
    return new CustodyException(Kind.AUTH_FAILED, store.file() + ": " + why);
  }

  /** Forgets the passphrase that was wrong. */
  void forget() {
    latchKey.close();
  }
}
