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
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
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

  /** The secret for a file, from the source; not under the session's monitor. */
  SecretSource.Secret secret(KeyFileDocument document) {
    return source.secret(document);
  }

  /**
   * What an unlock gives.
   *
   * @param secrets of the file
   * @param slot that gave them
   */
  record Opened(FileSecrets secrets, Slot slot) {
    /** For the audit. */
    String how() {
      return "opened by the " + type(slot.body()) + " slot " + slot.head().id();
    }
  }

  private record FileKey(Slot slot, SecretBytes key) {}

  /** Opens the file as it was read. */
  Opened unlock(KeyFileFormat.Parsed file, SecretSource.Secret secret, Deadline deadline) {
    KeyFileDocument document = file.document();
    FileKey found =
        secret.isSlotKey()
            ? byKek(document, secret.type(), secret.content())
            : byPassphrase(document, secret.content(), deadline);
    FileSecrets secrets = new FileSecrets(engine, store.file(), document.fileId(), found.key());
    boolean authentic = false;
    try {
      secrets.verify(file);
      authentic = true;
      return new Opened(secrets, found.slot());
    } finally {
      if (!authentic) {
        secrets.close();
      }
    }
  }

  private static String type(SlotBody body) {
    return switch (body.type()) {
      case SlotBody.OfPassphrase.TYPE -> "passphrase";
      case SlotBody.OfKeychain.TYPE -> "keychain";
      default -> "slot-key";
    };
  }

  private FileKey byKek(KeyFileDocument document, int type, SecretBytes secret) {
    byte[] content = secret.copy();
    try (SecretBytes kek = SlotKeyFormat.key(content)) {
      Bytes id = SlotKeyFormat.slotId(content);
      Slot slot =
          SecretSource.slot(document, type, id)
              .orElseThrow(
                  () ->
                      failed(
                          "the slot key, or keychain's item, is for the slot "
                              + id
                              + ", which this file does not have; give that of one of its slots"));
      if (!(slot.body() instanceof SlotBody.OfKek body)) {
        throw failed("the slot is not opened by a slot key");
      }
      return new SlotCipher(engine, store.file(), document.fileId())
          .open(slot, body, kek)
          .map(key -> new FileKey(slot, key))
          .orElseThrow(() -> Damage.altered(store.file(), "a slot does not fit its own slot key"));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private FileKey byPassphrase(
      KeyFileDocument document, SecretBytes passphrase, Deadline deadline) {
    byte[] mark = mark(document, passphrase);
    if (MessageDigest.isEqual(mark, failed)) { // [keyfile-26]
      throw failed("this passphrase was wrong before and was not tried again; give another one");
    }
    Optional<FileKey> found = tryAll(document, passphrase, deadline);
    failed = found.isPresent() ? new byte[0] : mark;
    return found.orElseThrow(
        () ->
            failed(
                "wrong passphrase; the file is whole. Give another one. If you are sure of it, the"
                    + " slot may have been altered: compare with a backup"));
  }

  /**
   * The cheapest slot first, so that none waits for a slower one.
   *
   * @throws CustodyException EXHAUSTED when none fits, and one could not be tried in this heap
   */
  private Optional<FileKey> tryAll(
      KeyFileDocument document, SecretBytes passphrase, Deadline deadline) {
    SlotCipher cipher = new SlotCipher(engine, store.file(), document.fileId());
    Optional<CustodyException> tooLarge = Optional.empty();
    for (Slot slot : byCost(document)) {
      deadline.check("the passphrase's key derivation");
      try {
        if (slot.body() instanceof SlotBody.OfPassphrase body) {
          Optional<SecretBytes> key = cipher.open(slot, body, passphrase);
          if (key.isPresent()) {
            return Optional.of(new FileKey(slot, key.get()));
          }
        }
      } catch (CustodyException e) { // [keyfile-45]
        if (e.kind() != Kind.EXHAUSTED) {
          throw e;
        }
        tooLarge = Optional.of(e);
      }
    }
    if (tooLarge.isPresent()) {
      throw tooLarge.get();
    }
    return Optional.empty();
  }

  private static List<Slot> byCost(KeyFileDocument document) {
    return document.slots().stream()
        .filter(slot -> slot.body() instanceof SlotBody.OfPassphrase)
        .sorted(Comparator.comparingLong(Unlocker::cost))
        .toList();
  }

  private static long cost(Slot slot) {
    return slot.body() instanceof SlotBody.OfPassphrase body
        ? (long) body.cost().memoryKiB() * body.cost().passes()
        : 0;
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
