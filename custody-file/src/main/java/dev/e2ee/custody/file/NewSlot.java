package dev.e2ee.custody.file;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.internal.format.SlotHead;
import dev.e2ee.custody.file.internal.session.KeychainSlot;
import dev.e2ee.custody.file.internal.session.SecretSource;
import dev.e2ee.custody.file.internal.session.SlotChanges;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A slot to be made: what shall open the file. */
public abstract sealed class NewSlot {
  private final String label;

  private NewSlot(String label) {
    this.label = label;
  }

  /**
   * A slot for a passphrase.
   *
   * @param passphrase from {@link Passphrase#of}; stays the caller's, who closes it after the call
   *     that takes this slot
   * @param cost of each try, for the owner and for a thief
   */
  public static NewSlot passphrase(SecretBytes passphrase, Argon2Cost cost) {
    return new OfPassphrase("passphrase", passphrase, cost);
  }

  /**
   * A slot for a random key in a new file of its own beside the key file, mode 0600. That file is
   * deleted when the slot is removed, so it no longer opens old copies of the key file either.
   */
  public static NewSlot raw() {
    return new OfSlotKey("slot key", Optional.empty());
  }

  /**
   * A slot for a random key in a new file at the given path, mode 0600: on another disk, or where a
   * service manager hands out secrets. The URI names it: {@code slot-key=PATH}. When the slot is
   * removed the file is the caller's to delete: it still opens old copies of the key file.
   */
  public static NewSlot raw(Path slotKey) {
    return new OfSlotKey("slot key", Optional.of(slotKey));
  }

  /**
   * A slot for a random key in an item of an operating system's keychain. The item is made before
   * the slot; one that was made for a key file at this path before, and has no slot there, is taken
   * as it is. It stays when the slot is removed, since a copy of the key file may open through it
   * only; a new key takes its deletion in the keychain.
   */
  public static NewSlot keychain(KekHolder item) {
    return new OfKeychain(SlotHead.shortened(item.name()), item, new AtomicBoolean());
  }

  /**
   * Whether a keychain's item that was there already was taken, when this slot was {@linkplain
   * KeyFile#addSlot added} or its file {@linkplain KeyFile#create made}: whoever knew the key of
   * the slot that had it before knows this one's.
   */
  public boolean tookItem() {
    return false;
  }

  /** The same slot with another label: at most 64 bytes of UTF-8 without control characters. */
  public abstract NewSlot labelled(String text);

  abstract SlotChanges.Maker maker(Engine engine, KeyFileStore store);

  /** Where the secret of a file comes from whose first slot this is. */
  SecretSource source(KeyFileStore store, CustodyOptions options) {
    return new SecretSource(store, Optional.empty(), Optional.empty(), options);
  }

  final String label() {
    return label;
  }

  private static final class OfPassphrase extends NewSlot {
    private final SecretBytes passphrase;
    private final Argon2Cost cost;

    private OfPassphrase(String label, SecretBytes passphrase, Argon2Cost cost) {
      super(label);
      this.passphrase = passphrase;
      this.cost = cost;
    }

    @Override
    public NewSlot labelled(String text) {
      return new OfPassphrase(text, passphrase, cost);
    }

    @Override
    SlotChanges.Maker maker(Engine engine, KeyFileStore store) {
      return SlotChanges.passphrase(engine, store, label(), passphrase, cost);
    }
  }

  private static final class OfKeychain extends NewSlot {
    private final KekHolder item;
    private final AtomicBoolean taken;

    private OfKeychain(String label, KekHolder item, AtomicBoolean taken) {
      super(label);
      this.item = item;
      this.taken = taken;
    }

    @Override
    public boolean tookItem() {
      return taken.get();
    }

    @Override
    public NewSlot labelled(String text) {
      return new OfKeychain(text, item, taken);
    }

    @Override
    SlotChanges.Maker maker(Engine engine, KeyFileStore store) {
      return new KeychainSlot(engine, store, label(), item, () -> taken.set(true));
    }

    @Override
    SecretSource source(KeyFileStore store, CustodyOptions options) {
      return new SecretSource(store, item, options);
    }
  }

  private static final class OfSlotKey extends NewSlot {
    private final Optional<Path> path;

    private OfSlotKey(String label, Optional<Path> path) {
      super(label);
      this.path = path;
    }

    @Override
    public NewSlot labelled(String text) {
      return new OfSlotKey(text, path);
    }

    @Override
    SlotChanges.Maker maker(Engine engine, KeyFileStore store) {
      return SlotChanges.slotKey(engine, store, label(), path);
    }
  }
}
