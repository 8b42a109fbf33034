package dev.e2ee.custody.file.internal.session;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.core.SlotCipher;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
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
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

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
  public interface Maker extends AutoCloseable {
    /**
     * Gets what takes a person's time, once: nobody waits for the key file meanwhile. What it made
     * stays, whatever becomes of the slot.
     *
     * @param check refuses what the file would refuse, before anything is made
     */
    default void prepare(Deadline deadline, Runnable check) {}

    /** Does the rest; an error of it tells what {@link #prepare} made. */
    default <T> T then(Supplier<T> rest) {
      return rest.get();
    }

    /** The slot; its slot-key file, if any, is written, and goes again without a commit. */
    Made make(SlotCipher cipher, FileSecrets secrets);

    /** Wipes what it got. */
    @Override
    default void close() {}
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

    /** One without a slot-key file. */
    static Made of(KeyFileStore store, Slot slot) {
      return new Made(store, slot, Optional.empty());
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
        return Made.of(store, slot);
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

  /** Adds a slot. */
  public Slot add(Maker maker) {
    Deadline deadline = Deadline.after(session.limit());
    try (maker) {
      maker.prepare(deadline, () -> session.change(deadline, SlotChanges::withRoom));
      return maker.then(() -> add(maker, deadline));
    }
  }

  private static KeyFileDocument withRoom(Editor editor) {
    if (editor.document().slots().size() == KeyFileDocument.MAX_SLOTS) {
      throw new CustodyException(
          Kind.EXHAUSTED, "the key file has 16 slots, the most there can be; remove one");
    }
    return editor.document();
  }

  private Slot add(Maker maker, Deadline deadline) {
    return session.change(
        deadline,
        editor -> {
          KeyFileDocument document = withRoom(editor);
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

  private Made make(Editor editor, Maker maker) {
    return maker.make(cipher(editor.document()), editor.secrets());
  }

  private SlotCipher cipher(KeyFileDocument document) {
    return new SlotCipher(session.engine(), session.store().file(), document.fileId());
  }

  /**
   * Removes a slot, but only when another one is sure to open the file: one for a passphrase, one
   * whose slot-key file is there and fits, beside the key file or where this object put it, or the
   * one whose keychain's item this object reads. The keychain is asked when there is nothing else,
   * and while nobody waits for the key file.
   *
   * <p>The slot-key file beside the key file is deleted after that; an old copy of the key file
   * that it would have opened is lost with it, unless another slot opens that copy. A slot-key file
   * elsewhere is the caller's to delete: it still opens old copies of the key file.
   */
  public void remove(Bytes id) {
    Deadline deadline = Deadline.after(session.limit());
    if (!remove(id, deadline, Optional.empty())) {
      try (ItemAtHand item = new ItemAtHand(session.source(), deadline)) {
        remove(id, deadline, Optional.of(item));
      }
    }
  }

  /**
   * Removes it.
   *
   * @return false when nothing was done, since it takes the keychain's item to know whether to
   */
  private boolean remove(Bytes id, Deadline deadline, Optional<ItemAtHand> item) {
    return session.change(
        deadline,
        editor -> {
          KeyFileDocument document = editor.document();
          KeyFileStore store = session.store();
          Slot gone = find(document, id);
          List<Slot> rest = new ArrayList<>(document.slots());
          rest.remove(gone);
          if (rest.stream().noneMatch(slot -> isUsable(document, slot, item))) { // [keyfile-39]
            if (item.isEmpty() && mayOpenByItem(rest)) {
              return false;
            }
            throw NoWayIn.known(rest, item.flatMap(ItemAtHand::why));
          }
          editor.commit(document.withSlots(rest));
          if (fits(document, gone, store.slotKeyPath(id))) {
            store.deleteSecret(store.slotKeyPath(id));
          }
          return true;
        });
  }

  private boolean mayOpenByItem(List<Slot> slots) {
    return session.source().item().isPresent()
        && slots.stream().anyMatch(slot -> slot.body() instanceof SlotBody.OfKeychain);
  }

  /** What a session's keychain gave. */
  private static final class ItemAtHand implements AutoCloseable {
    private Optional<byte[]> slotKey = Optional.empty();
    private Optional<CustodyException> why = Optional.empty();

    private ItemAtHand(SecretSource source, Deadline deadline) {
      try {
        slotKey = source.fromItem(deadline.remaining("the keychain"));
      } catch (CustodyException e) {
        why = Optional.of(e);
      }
    }

    /** The slot key in its item; empty when that cannot be had. */
    Optional<byte[]> slotKey() {
      return slotKey;
    }

    /** Why it cannot be had. */
    Optional<CustodyException> why() {
      return why;
    }

    @Override
    public void close() {
      slotKey.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    }
  }

  private boolean isUsable(KeyFileDocument document, Slot slot, Optional<ItemAtHand> item) {
    Bytes id = slot.head().id();
    return slot.body() instanceof SlotBody.OfPassphrase
        || fits(document, slot, session.store().slotKeyPath(id))
        || item.filter(at -> fits(document, slot, at)).isPresent()
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

  /** Whether the keychain's item of this session could be read and opens the slot. */
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
