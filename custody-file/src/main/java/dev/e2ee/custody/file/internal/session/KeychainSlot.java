package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.core.SlotCipher;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.KeychainItemFormat;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotHead;
import dev.e2ee.custody.file.internal.format.SlotKeyFormat;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A slot for the key in a keychain's item, which is made unless it is there for this key file: a
 * writer may have been killed before it wrote the slot, or been refused. [keyfile-48]
 */
public final class KeychainSlot implements SlotChanges.Maker {
  private final Engine engine;
  private final KeyFileStore store;
  private final String label;
  private final KekHolder item;
  private final Runnable taken;
  private Optional<SecretBytes> text = Optional.empty();
  private boolean made;

  /**
   * For one item.
   *
   * @param taken runs when it was there
   */
  public KeychainSlot(
      Engine engine, KeyFileStore store, String label, KekHolder item, Runnable taken) {
    this.engine = engine;
    this.store = store;
    this.label = label;
    this.item = item;
    this.taken = taken;
  }

  /** Reads the item, or makes it: the keychain may ask a person for that, who takes their time. */
  @Override
  public void prepare(Deadline deadline, Runnable check) {
    SlotHead.checkLabel(label);
    check.run();
    text = present(deadline);
    if (text.isPresent()) {
      taken.run();
    } else {
      text = Optional.of(newItem(deadline));
      made = true;
    }
  }

  @Override
  public <T> T then(Supplier<T> rest) {
    try {
      return rest.get();
    } catch (CustodyException e) {
      throw made && !e.mayHaveTakenEffect() ? withTheItem(e) : e;
    }
  }

  private CustodyException withTheItem(CustodyException e) {
    return new CustodyException(
        e.kind(),
        e.getMessage() + ". But " + item.description() + " was made; the next try takes it",
        e,
        true,
        e.nativeCode());
  }

  private Optional<SecretBytes> present(Deadline deadline) {
    SecretBytes found;
    try {
      found = item.read(deadline.remaining("the keychain"));
    } catch (CustodyException e) {
      if (e.kind() == Kind.MISSING) {
        return Optional.empty();
      }
      throw e;
    }
    boolean ours = false;
    try {
      requireOurs(found);
      ours = true;
      return Optional.of(found);
    } finally {
      if (!ours) {
        found.close();
      }
    }
  }

  private void requireOurs(SecretBytes found) {
    if (found.length() == 0) { // a keychain may make the item first and give it its text then
      throw new CustodyException(
          Kind.CONFLICT,
          item.description()
              + " is empty and holds no key: the keychain ended while it made it; delete it there,"
              + " and try again");
    }
    if (!KeychainItemFormat.isOurs(found)) {
      throw conflict("is another program's");
    }
    byte[] slotKey = SecretSource.slotKey(item, found); // before its URI is believed
    Bytes id = SlotKeyFormat.slotId(slotKey);
    Arrays.fill(slotKey, (byte) 0);
    if (!KeychainItemFormat.isOf(found, store.file())) {
      String madeFor = KeychainItemFormat.madeFor(found);
      throw hasSlot(id)
          ? new CustodyException(
              Kind.CONFLICT,
              item.description()
                  + " opens this key file already, which was at "
                  + madeFor
                  + " when its slot was made: open it by that item, with the path of now")
          : conflict("keeps the key of another key file, " + madeFor + ",");
    }
  }

  /** Whether the key file, moved since, has the slot of an item that was made for another path. */
  private boolean hasSlot(Bytes id) {
    try {
      return SecretSource.slot(store.read().document(), SlotBody.OfKeychain.TYPE, id).isPresent();
    } catch (CustodyException e) {
      return false; // a new file: nothing is there yet
    }
  }

  private CustodyException conflict(String why) {
    return new CustodyException(
        Kind.CONFLICT,
        item.description() + " " + why + " and was left as it is; name another service or account");
  }

  private SecretBytes newItem(Deadline deadline) {
    Bytes id = Bytes.of(engine.random(SlotHead.ID));
    try (SecretBytes kek = SecretBytes.adopt(engine.random(32))) {
      SecretBytes content = KeychainItemFormat.encode(id, kek, store.file());
      boolean done = false;
      try {
        item.create(content, deadline.remaining("the keychain"));
        done = true;
        return content;
      } finally {
        if (!done) {
          content.close();
        }
      }
    }
  }

  @Override
  public SlotChanges.Made make(SlotCipher cipher, FileSecrets secrets) {
    byte[] slotKey = SecretSource.slotKey(item, text.orElseThrow());
    try (SecretBytes kek = SlotKeyFormat.key(slotKey);
        SecretBytes fileKey = secrets.fileKey()) {
      SlotHead head =
          new SlotHead(SlotKeyFormat.slotId(slotKey), Instant.now().getEpochSecond(), label);
      Slot slot = cipher.forKeychain(head, kek, fileKey);
      return SlotChanges.Made.of(store, slot); // its item stays: [keyfile-48]
    } finally {
      Arrays.fill(slotKey, (byte) 0);
    }
  }

  @Override
  public void close() {
    text.ifPresent(SecretBytes::close);
  }
}
