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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Adds, removes and re-makes slots. */
public final class SlotChanges {
  private final Session session;

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
    private final Slot slot;
    private Optional<Path> unkept;

    private Made(Slot slot, Optional<Path> slotKey) {
      this.slot = slot;
      this.unkept = slotKey;
    }

    /** The slot. */
    public Slot slot() {
      return slot;
    }

    /**
     * Puts the slot into the file. From then on its slot-key file stays, and also when nobody knows
     * whether the file was written.
     */
    public void commit(Runnable write) {
      try {
        write.run();
        unkept = Optional.empty();
      } catch (CustodyException e) {
        if (e.mayHaveTakenEffect()) {
          unkept = Optional.empty();
        }
        throw e;
      }
    }

    @Override
    public void close() {
      if (unkept.isPresent()) {
        try {
          Files.deleteIfExists(unkept.get());
        } catch (IOException e) {
          // It opens no slot of any file; the first error is the one to report.
        }
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
      Engine engine, String label, SecretBytes passphrase, Argon2Cost cost) {
    return (cipher, secrets) -> {
      try (SecretBytes fileKey = secrets.fileKey()) {
        Slot slot = cipher.forPassphrase(head(engine, label), passphrase, cost, fileKey);
        return new Made(slot, Optional.empty());
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
        return new Made(slot, Optional.of(target));
      }
    };
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
            List<Slot> slots = new ArrayList<>(document.slots());
            slots.add(made.slot());
            made.commit(() -> editor.commit(document.withSlots(slots)));
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

  /** Removes a slot, but never the last one that this build can open. */
  public void remove(Bytes id) {
    session.change(
        editor -> {
          KeyFileDocument document = editor.document();
          Slot gone = find(document, id);
          List<Slot> rest = new ArrayList<>(document.slots());
          rest.remove(gone);
          if (rest.stream().allMatch(slot -> slot.body() instanceof SlotBody.Opaque)) {
            // [keyfile-39]
            throw new CustodyException(
                Kind.POLICY,
                "this is the last slot that opens the file; add another one before removing it");
          }
          return editor.commit(document.withSlots(rest));
        });
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
