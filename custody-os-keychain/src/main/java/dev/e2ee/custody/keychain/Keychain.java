package dev.e2ee.custody.keychain;

import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.custody.file.SlotInfo;
import dev.e2ee.custody.file.SlotType;
import dev.e2ee.custody.keychain.internal.item.CheckedItem;
import dev.e2ee.custody.keychain.internal.item.KeychainAddress;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyInfo;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * UMKs in a key file, whose key one item of an operating system's keychain keeps. Format of both:
 * {@code testvectors/spec/keyfile.md}.
 *
 * <p>The keychain is asked by {@link #unlock} and by what changes the slots, and by nothing else:
 * while this is unlocked the keys are in this JVM's memory, and the keychain may be locked or gone.
 * Whether a look at it found nothing, or could not look, are two errors (MISSING; LOCKED, REMOVED,
 * TIMEOUT …), and neither makes anything.
 */
public final class Keychain implements KeyCustody {
  /** How long a keychain may take to tell whether it has an item: nobody is asked for that. */
  static final Duration LOOK = Duration.ofSeconds(5);

  private final CustodyUri uri;
  private final KeyFile file;
  private final boolean tookItem;

  private Keychain(CustodyUri uri, KeyFile file, boolean tookItem) {
    this.uri = uri;
    this.file = file;
    this.tookItem = tookItem;
  }

  /**
   * Makes the item and a new key file that it opens, and leaves that unlocked. The folder of the
   * key file is made too, mode 0700. An item that is there for this very key file is taken, as
   * {@link #tookItem} tells: a writer was killed, or the key file is gone. KeePassXC makes no item
   * without asking the person.
   *
   * @param uri {@code keychain:service=…;account=…?backend=…}
   * @throws CustodyException CONFLICT when there is a key file or another item, LOCKED when the
   *     keychain is, and neither item nor key file was made; UNSUPPORTED when there is none;
   *     REMOVED, TIMEOUT, DENIED
   */
  public static Keychain create(CustodyUri uri, CustodyOptions options) {
    KeychainAddress address = KeychainAddress.of(uri);
    KekHolder item = item(address, options);
    Folders.make(address.keyFile());
    NewSlot slot = NewSlot.keychain(item);
    KeyFile file = KeyFile.create(address.keyFile(), slot, options);
    return new Keychain(uri, file, slot.tookItem());
  }

  /**
   * Opens a key file that was made before, locked; the keychain is not asked.
   *
   * @throws CustodyException MISSING when there is no such key file, and as {@link KeyFile#open}
   */
  public static Keychain open(CustodyUri uri, CustodyOptions options) {
    KeychainAddress address = KeychainAddress.of(uri);
    KekHolder item = item(address, options);
    return new Keychain(uri, KeyFile.open(address.keyFile(), item, options), false);
  }

  /**
   * A slot for an item of a keychain, to be {@linkplain KeyFile#addSlot added} to a key file that
   * there is.
   *
   * @param uri of the item; its {@code key-file} is not looked at
   */
  public static NewSlot slot(CustodyUri uri, CustodyOptions options) {
    return NewSlot.keychain(item(KeychainAddress.of(uri), options));
  }

  /** Where the key file of a URI is, or would be. */
  public static Path keyFile(CustodyUri uri) {
    return KeychainAddress.of(uri).keyFile();
  }

  /** Whether a key file may have a slot for the item of a URI, as far as the labels tell. */
  public static boolean mayOpen(CustodyUri uri, KeyFile file) {
    KekHolder item = item(KeychainAddress.of(uri), CustodyOptions.defaults());
    return file.slots().stream().anyMatch(slot -> slot.mayBeOf(item));
  }

  /**
   * Whether the keychain is known to have the item of a URI. Asks nobody and reads no secret; false
   * where that cannot be told.
   */
  public static boolean hasItem(CustodyUri uri) {
    try {
      return item(KeychainAddress.of(uri), CustodyOptions.defaults()).look(LOOK);
    } catch (CustodyException e) {
      return false;
    }
  }

  private static KekHolder item(KeychainAddress address, CustodyOptions options) {
    Backend backend = Backend.of(address.backend());
    try {
      return backend.item(address.name(), options);
    } catch (NoClassDefFoundError e) {
      throw CheckedItem.withoutLibrary(backend.title(), e);
    }
  }

  /** The key file, with its slots. Closed with this. */
  public KeyFile file() {
    return file;
  }

  /** What people call the item: {@code notes/ann}, its service and its account. */
  public String item() {
    return KeychainAddress.of(uri).name().toString();
  }

  /**
   * Whether {@link #create} took an item that was there: whoever knew its key knows this file's
   * too. False for what was opened.
   */
  public boolean tookItem() {
    return tookItem;
  }

  @Override
  public CustodyInfo info() {
    CustodyInfo inner = file.info();
    return new CustodyInfo(
        uri.scheme(),
        uri.location(),
        inner.backend() + ", its key in " + Backend.of(KeychainAddress.of(uri).backend()).title(),
        inner.persistsUses());
  }

  @Override
  public Set<Capability> capabilities() {
    return file.capabilities();
  }

  @Override
  public Health health() {
    return file.health();
  }

  /**
   * Reads the item. The Secret Service asks a person only where the options allow it; the keychain
   * of macOS may ask them in any case.
   *
   * @throws CustodyException MISSING when the keychain was read and has no such item; LOCKED when
   *     it is locked; CANCELLED, AMBIGUOUS, REMOVED, TIMEOUT, DENIED, UNSUPPORTED; AUTH_FAILED for
   *     the item of another key file; CORRUPT
   */
  @Override
  public void unlock() {
    try {
      file.unlock();
    } catch (CustodyException e) {
      throw e.kind() == Kind.AUTH_FAILED ? notItsItem(e) : e;
    }
  }

  private CustodyException notItsItem(CustodyException e) {
    return new CustodyException(
        Kind.AUTH_FAILED,
        "the item of "
            + uri.location()
            + " opens no slot of "
            + keyFile(uri)
            + "; name the item of this key file, "
            + otherWays(),
        e);
  }

  private String otherWays() {
    List<SlotInfo> slots = file.slots();
    return slots.stream().anyMatch(slot -> slot.type() != SlotType.KEYCHAIN)
        ? "or open the file by another of its slots: " + CustodyUri.ofFile(keyFile(uri)).location()
        : "which its slots' labels tell: "
            + slots.stream()
                .map(slot -> "'" + slot.label() + "'")
                .collect(Collectors.joining(", "));
  }

  @Override
  public void lock() {
    file.lock();
  }

  @Override
  public CustodyKey find(String name) {
    return file.find(name);
  }

  @Override
  public CustodyKey find(KeyId id) {
    return file.find(id);
  }

  @Override
  public List<KeyDescription> list() {
    return file.list();
  }

  @Override
  public CustodyKey generate(String name, KeyKind kind) {
    return file.generate(name, kind);
  }

  @Override
  public CustodyKey rotate(String name) {
    return file.rotate(name);
  }

  @Override
  public CustodyKey importKey(String name, SecretBytes key) {
    return file.importKey(name, key);
  }

  @Override
  public CustodyKey importKey(String name, int generation, KeyId id, SecretBytes key) {
    return file.importKey(name, generation, id, key);
  }

  @Override
  public SecretBytes export(KeyId id, String reason) {
    return file.export(id, reason);
  }

  @Override
  public void retire(KeyId id) {
    file.retire(id);
  }

  @Override
  public void close() {
    file.close();
  }
}
