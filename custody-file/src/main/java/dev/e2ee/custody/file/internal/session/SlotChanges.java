package dev.e2ee.custody.file.internal.session;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.core.SlotCipher;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Adds, removes and re-makes slots. */
public final class SlotChanges {
  private final Session session;
  private final ConcurrentHashMap<Bytes, Path> madeHere = new ConcurrentHashMap<>();

  /** For one session. */
  public SlotChanges(Session session) {
    this.session = session;
  }

  /** Makes one slot for a file key. */
  @FunctionalInterface
  public interface Maker {
    /** The slot; its slot-key file, if any, is written, and goes again without a commit. */
    Made make(SlotCipher cipher, FileSecrets secrets);
  }

  /** A slot that is made and not yet in the file. */
  public static final class Made implements AutoCloseable {
    private final KeyFileStore store;
    private final Slot slot;
    private final Optional<Path> slotKey;
    private boolean keep;

    private Made(KeyFileStore store, Slot slot, Optional<Path> slotKey) {
      this.store = store;
      this.slot = slot;
      this.slotKey = slotKey;
    }

    /** The slot. */
    public Slot slot() {
      return slot;
    }

    /**
     * Puts the slot into the file. From then on its slot-key file stays, whatever goes wrong,
     * unless the file is seen to be without the slot: a slot key too many opens nothing, but a slot
     * whose key is gone may have been the only way to all keys.
     */
    public void commit(Runnable write) {
      keep = true;
      try {
        write.run();
      } catch (CustodyException e) {
        keep = e.kind() != Kind.CONFLICT && mayBeInFile(e.mayHaveTakenEffect());
        throw e;
      } catch (RuntimeException | Error e) {
        keep = mayBeInFile(true);
        throw e;
      }
    }

    private boolean mayBeInFile(boolean mayHaveTakenEffect) {
      boolean interrupted = Thread.interrupted(); // an interrupted thread cannot read
      try {
        return store.read().document().slots().stream()
            .anyMatch(one -> one.head().id().equals(slot.head().id()));
      } catch (CustodyException e) {
        return mayHaveTakenEffect || e.kind() != Kind.MISSING;
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public void close() {
      if (!keep) {
        slotKey.ifPresent(store::deleteSecret);
      }
    }
  }

  private static SlotHead head(Engine engine, String label) {
    SlotHead.checkLabel(label);
    Bytes id = Bytes.of(engine.random(SlotHead.ID)); // [keyfile-40]
    return new SlotHead(id, Instant.now().getEpochSecond(), label);
  }

  /** A slot for a passphrase. */
  public static Maker passphrase(
      Engine engine, KeyFileStore store, String label, SecretBytes passphrase, Argon2Cost cost) {
    return (cipher, secrets) -> {
      try (SecretBytes fileKey = secrets.fileKey()) {
        Slot slot = cipher.forPassphrase(head(engine, label), passphrase, cost, fileKey);
        return new Made(store, slot, Optional.empty());
      }
    };
  }

  /** A slot for a new slot-key file, at the given path or beside the key file. */
  public static Maker slotKey(
      Engine engine, KeyFileStore store, String label, Optional<Path> path) {
    return (cipher, secrets) -> {
      SlotHead head = head(engine, label);
      Path target = path.orElseGet(() -> store.slotKeyPath(head.id()));
      try (SecretBytes fileKey = secrets.fileKey();
          SecretBytes kek = SecretBytes.adopt(engine.random(32))) {
        Slot slot = cipher.forSlotKey(head, kek, fileKey);
        byte[] content = SlotKeyFormat.encode(head.id(), kek);
        try { // [keyfile-25]
          store.createSecret(target, content);
        } finally {
          Arrays.fill(content, (byte) 0);
        }
        return new Made(store, slot, Optional.of(target));
      }
    };
  }

  /**
   * A slot for the key in a keychain's item, which is made unless it is there for this key file: a
   * writer may have been killed before it wrote the slot. [keyfile-48]
   *
   * @param taken runs when it was there
   */
  public static Maker keychain(
      Engine engine,
      KeyFileStore store,
      String label,
      KekHolder item,
      Duration limit,
      Runnable taken) {
    return (cipher, secrets) -> {
      SlotHead.checkLabel(label);
      Optional<SecretBytes> present = present(store, item, limit);
      present.ifPresent(text -> taken.run());
      try (SecretBytes text = present.orElseGet(() -> newItem(engine, store, item, limit));
          SecretBytes fileKey = secrets.fileKey()) {
        byte[] slotKey = SecretSource.slotKey(item, text);
        try (SecretBytes kek = SlotKeyFormat.key(slotKey)) {
          SlotHead head =
              new SlotHead(SlotKeyFormat.slotId(slotKey), Instant.now().getEpochSecond(), label);
          Slot slot = cipher.forKeychain(head, kek, fileKey);
          return new Made(store, slot, Optional.empty()); // its item stays: [keyfile-48]
        } finally {
          Arrays.fill(slotKey, (byte) 0);
        }
      }
    };
  }

  private static Optional<SecretBytes> present(KeyFileStore store, KekHolder item, Duration limit) {
    SecretBytes text;
    try {
      text = item.read(limit);
    } catch (CustodyException e) {
      if (e.kind() == Kind.MISSING) {
        return Optional.empty();
      }
      throw e;
    }
    boolean ours = false;
    try {
      requireOurs(store, item, text);
      ours = true;
      return Optional.of(text);
    } finally {
      if (!ours) {
        text.close();
      }
    }
  }

  private static void requireOurs(KeyFileStore store, KekHolder item, SecretBytes text) {
    if (text.length() == 0) { // a keychain may make the item first and give it its text then
      throw new CustodyException(
          Kind.CONFLICT,
          item.description()
              + " is empty and holds no key: the keychain ended while it made it; delete it there,"
              + " and try again");
    }
    if (!KeychainItemFormat.isOurs(text)) {
      throw taken(item, "is another program's");
    }
    Arrays.fill(SecretSource.slotKey(item, text), (byte) 0); // before its URI is believed
    if (!KeychainItemFormat.isOf(text, store.file())) {
      throw taken(item, "keeps the key of another key file");
    }
  }

  private static CustodyException taken(KekHolder item, String why) {
    return new CustodyException(
        Kind.CONFLICT,
        item.description() + " " + why + " and was left as it is; name another service or account");
  }

  private static SecretBytes newItem(
      Engine engine, KeyFileStore store, KekHolder item, Duration limit) {
    Bytes id = Bytes.of(engine.random(SlotHead.ID));
    try (SecretBytes kek = SecretBytes.adopt(engine.random(32))) {
      SecretBytes text = KeychainItemFormat.encode(id, kek, store.file());
      boolean done = false;
      try {
        item.create(text, limit);
        done = true;
        return text;
      } finally {
        if (!done) {
          text.close();
        }
      }
    }
  }

  /** Adds a slot. */
  public Slot add(Maker maker) {
    return session.change(
        editor -> {
          KeyFileDocument document = editor.document();
          if (document.slots().size() == KeyFileDocument.MAX_SLOTS) {
            throw new CustodyException(
                Kind.EXHAUSTED, "the key file has 16 slots, the most there can be; remove one");
          }
          try (Made made = make(editor, maker)) {
            Bytes id = made.slot().head().id();
            if (document.slots().stream().anyMatch(slot -> slot.head().id().equals(id))) {
              throw new CustodyException(
                  Kind.CONFLICT, "the key file has the slot of that keychain's item already");
            }
            List<Slot> slots = new ArrayList<>(document.slots());
            slots.add(made.slot());
            made.commit(() -> editor.commit(document.withSlots(slots)));
            made.slotKey.ifPresent(path -> madeHere.put(made.slot().head().id(), path));
            return made.slot();
          }
        });
  }

  private Made make(Session.Editor editor, Maker maker) {
    return maker.make(cipher(editor.document()), editor.secrets());
  }

  private SlotCipher cipher(KeyFileDocument document) {
    return new SlotCipher(session.engine(), session.store().file(), document.fileId());
  }

  /**
   * Removes a slot, but only when another one is sure to open the file: one for a passphrase, one
   * whose slot-key file is there and fits, beside the key file or where this object put it, or the
   * one whose keychain's item this object reads.
   *
   * <p>The slot-key file beside the key file is deleted after that; an old copy of the key file
   * that it would have opened is lost with it, unless another slot opens that copy. A slot-key file
   * elsewhere is the caller's to delete: it still opens old copies of the key file.
   */
  public void remove(Bytes id) {
    session.change(
        editor -> {
          KeyFileDocument document = editor.document();
          KeyFileStore store = session.store();
          Slot gone = find(document, id);
          List<Slot> rest = new ArrayList<>(document.slots());
          rest.remove(gone);
          requireUsable(document, rest);
          editor.commit(document.withSlots(rest));
          if (fits(document, gone, store.slotKeyPath(id))) {
            store.deleteSecret(store.slotKeyPath(id));
          }
          return gone;
        });
  }

  /** That one of the slots is sure to open the file. [keyfile-39] */
  private void requireUsable(KeyFileDocument document, List<Slot> slots) {
    try (ItemAtHand item = new ItemAtHand(session.source())) {
      if (slots.stream().noneMatch(slot -> isUsable(document, slot, item))) {
        throw new CustodyException(
            Kind.POLICY,
            "no other slot is known to open the file: it has no other passphrase, and no other slot"
                + " key beside it that is there and fits, nor a keychain's item by which it was"
                + " opened"
                + item.why().map(why -> " (" + why.getMessage() + ")").orElse("")
                + ". Put the missing slot-key file back, or add a passphrase or a slot key, before"
                + " removing this slot",
            item.why().orElse(null));
      }
    }
  }

  /** The slot key in the item of a session's keychain, which is read once at the most. */
  private static final class ItemAtHand implements AutoCloseable {
    private final SecretSource source;
    private boolean read;
    private Optional<byte[]> slotKey = Optional.empty();
    private Optional<CustodyException> why = Optional.empty();

    private ItemAtHand(SecretSource source) {
      this.source = source;
    }

    /** Empty when the session has no item, or it cannot be had. */
    Optional<byte[]> slotKey() {
      if (!read) {
        read = true;
        try {
          slotKey = source.fromItem();
        } catch (CustodyException e) {
          why = Optional.of(e);
        }
      }
      return slotKey;
    }

    /** Why it cannot be had, once it was asked for. */
    Optional<CustodyException> why() {
      return why;
    }

    @Override
    public void close() {
      slotKey.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    }
  }

  private boolean isUsable(KeyFileDocument document, Slot slot, ItemAtHand item) {
    Bytes id = slot.head().id();
    return slot.body() instanceof SlotBody.OfPassphrase
        || fits(document, slot, session.store().slotKeyPath(id))
        || fits(document, slot, item)
        || Optional.ofNullable(madeHere.get(id)).filter(at -> fits(document, slot, at)).isPresent();
  }

  /** Whether a slot-key file can be read and opens the slot. */
  private boolean fits(KeyFileDocument document, Slot slot, Path path) {
    if (!(slot.body() instanceof SlotBody.OfSlotKey body)) {
      return false;
    }
    try {
      return opens(document, slot, body, session.store().readSecret(path, SlotKeyFormat.LENGTH));
    } catch (CustodyException e) {
      return false;
    }
  }

  /** Whether the keychain's item of this session can be read and opens the slot. */
  private boolean fits(KeyFileDocument document, Slot slot, ItemAtHand item) {
    return slot.body() instanceof SlotBody.OfKeychain body
        && item.slotKey()
            .filter(content -> opens(document, slot, body, content.clone()))
            .isPresent();
  }

  /** Whether the content of a slot-key file, which is wiped, opens the slot. */
  private boolean opens(KeyFileDocument document, Slot slot, SlotBody.OfKek body, byte[] content) {
    try {
      SlotKeyFormat.check(content);
      try (SecretBytes kek = SlotKeyFormat.key(content)) {
        Optional<SecretBytes> fileKey = cipher(document).open(slot, body, kek);
        fileKey.ifPresent(SecretBytes::close);
        return fileKey.isPresent();
      }
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** Puts a slot for a new passphrase in the place of a passphrase slot; its id and label stay. */
  public void changePassphrase(
      Optional<Bytes> id, SecretBytes passphrase, Optional<Argon2Cost> cost) {
    session.change(
        editor -> {
          KeyFileDocument document = editor.document();
          Slot old = id.isPresent() ? find(document, id.get()) : onlyPassphrase(document);
          if (!(old.body() instanceof SlotBody.OfPassphrase body)) {
            throw new CustodyException(
                Kind.POLICY, "the slot has no passphrase; name a passphrase slot");
          }
          long now = Instant.now().getEpochSecond();
          SlotHead head = new SlotHead(old.head().id(), now, old.head().label());
          List<Slot> slots = new ArrayList<>(document.slots());
          try (SecretBytes fileKey = editor.secrets().fileKey()) {
            Slot next =
                cipher(document).forPassphrase(head, passphrase, cost.orElse(body.cost()), fileKey);
            slots.set(slots.indexOf(old), next);
          }
          return editor.commit(document.withSlots(slots));
        });
  }

  private static Slot find(KeyFileDocument document, Bytes id) {
    return document.slots().stream()
        .filter(slot -> slot.head().id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new CustodyException(
                    Kind.MISSING, "the file has no slot " + id + "; list its slots"));
  }

  private static Slot onlyPassphrase(KeyFileDocument document) {
    List<Slot> found =
        document.slots().stream()
            .filter(slot -> slot.body() instanceof SlotBody.OfPassphrase)
            .toList();
    if (found.size() > 1) {
      throw new CustodyException(
          Kind.AMBIGUOUS, "the file has several passphrase slots; name the one to change");
    }
    return found.stream()
        .findFirst()
        .orElseThrow(
            () ->
                new CustodyException(
                    Kind.MISSING, "the file has no passphrase slot; add one instead"));
  }
}
