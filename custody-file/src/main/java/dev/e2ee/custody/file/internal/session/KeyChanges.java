package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.DekCipher;
import dev.e2ee.custody.file.internal.core.FileSecrets;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes, brings in, rotates and retires keys. */
public final class KeyChanges {
  private static final int KEY = 32;

  /** The self-test of a new key wraps once. */
  private static final long SELF_TEST_USES = 1;

  private final Session session;

  /** For one session. */
  public KeyChanges(Session session) {
    this.session = session;
  }

  /** Generation 1 of a new name, of random bytes. */
  public KeyRow generate(String name) {
    Engine engine = session.engine();
    checkName(name);
    try (SecretBytes key = SecretBytes.adopt(engine.random(KEY))) { // [keyfile-40]
      KeyId id = KeyId.of(engine.random(KeyId.LENGTH));
      return session.change(editor -> addFirst(editor, name, id, key));
    }
  }

  /**
   * Generation 1 of a new name, from outside. Its id is that of a raw UMK, so that what was sealed
   * under the raw key opens under this one.
   */
  public KeyRow importKey(String name, SecretBytes key) {
    checkName(name);
    checkLength(key);
    KeyId id;
    try (RawUmk umk = new RawUmk(session.engine(), SecretBytes.adopt(key.copy()))) {
      id = umk.id();
    }
    return session.change(
        editor -> {
          checkNew(editor, id, key);
          return addFirst(editor, name, id, key);
        });
  }

  /** A generation as it was exported. */
  public KeyRow importKey(String name, int generation, KeyId id, SecretBytes key) {
    checkName(name);
    checkLength(key);
    if (generation < 1) {
      throw new CustodyException(
          Kind.POLICY, "generations count from 1; give the one that the key had");
    }
    return session.change(
        editor -> {
          checkNew(editor, id, key);
          Optional<KeyRow> primary = editor.document().primary(name);
          if (primary.isEmpty()) {
            return add(editor, editor.document(), sealed(editor, name, generation, id, key));
          }
          checkGeneration(editor.document(), name, generation);
          KeyRow row = sealed(editor, name, generation, id, key);
          return generation > primary.get().identity().generation() // [keyfile-44]
              ? add(editor, editor.document().with(primary.get().in(KeyState.OLD)), row)
              : add(editor, editor.document(), row.in(KeyState.OLD));
        });
  }

  private static void checkGeneration(KeyFileDocument document, String name, int generation) {
    for (KeyRow row : document.keys()) {
      if (row.name().equals(name) && row.identity().generation() == generation) {
        throw new CustodyException(
            Kind.CONFLICT,
            "generation " + generation + " of '" + name + "' is another key here; list the keys");
      }
    }
    Optional<KeyRow> pending = document.pending(name);
    if (pending.isPresent() && generation > pending.get().identity().generation()) {
      throw new CustodyException(
          Kind.CONFLICT, "a rotation of '" + name + "' was cut off; rotate it first, then import");
    }
  }

  private static void checkLength(SecretBytes key) {
    if (key.length() != KEY) {
      throw new CustodyException(
          Kind.POLICY, "a UMK has 32 bytes, not " + key.length() + "; give the raw key");
    }
  }

  /** Refuses a key that the file has, by its id or by its bytes. */
  private static void checkNew(Editor editor, KeyId id, SecretBytes key) {
    KeyFileDocument document = editor.document();
    checkRoom(document);
    if (document.key(id).isPresent()) {
      throw new CustodyException(
          Kind.CONFLICT, "this key is in the file already, with the id " + id);
    }
    for (KeyRow row : document.keys()) { // [keyfile-43]
      try (SecretBytes other = editor.secrets().reopen(row)) {
        if (other.sameBytes(key)) {
          throw new CustodyException(
              Kind.CONFLICT, "these bytes are in the file already, with the id " + row.id());
        }
      }
    }
  }

  private KeyRow addFirst(Editor editor, String name, KeyId id, SecretBytes key) {
    KeyFileDocument document = editor.document();
    if (document.primary(name).isPresent()) {
      throw new CustodyException(
          Kind.CONFLICT, "the name '" + name + "' is taken; choose another one, or rotate the key");
    }
    checkRoom(document);
    return add(editor, document, sealed(editor, name, 1, id, key));
  }

  private static KeyRow sealed(
      Editor editor, String name, int generation, KeyId id, SecretBytes key) {
    return seal(editor.secrets(), name, generation, id, KeyState.PRIMARY, key);
  }

  private KeyRow add(Editor editor, KeyFileDocument document, KeyRow row) {
    selfTest(editor.secrets(), row, false);
    editor.commit(document.with(row));
    selfTestCommitment(editor.secrets(), row);
    return row;
  }

  private static KeyRow seal(
      FileSecrets secrets, String name, int generation, KeyId id, KeyState state, SecretBytes key) {
    long now = Instant.now().getEpochSecond();
    return secrets.seal(new KeyRow.Identity(name, generation, id, now), state, SELF_TEST_USES, key);
  }

  /**
   * The next generation of a name: PENDING in the file, tested, then PRIMARY. A PENDING one that an
   * earlier rotation left is finished instead of making another.
   */
  public KeyRow rotate(String name) {
    return session.change(
        editor -> {
          KeyFileDocument document = editor.document();
          KeyRow primary =
              document.primary(name).orElseThrow(() -> missing("no key named '" + name + "'"));
          KeyRow next = document.pending(name).orElseGet(() -> addPending(editor, primary));
          selfTest(editor.secrets(), next, true); // [keyfile-36]
          KeyRow promoted = next.in(KeyState.PRIMARY);
          editor.commit(editor.document().with(primary.in(KeyState.OLD)).with(promoted));
          return promoted;
        });
  }

  private KeyRow addPending(Editor editor, KeyRow primary) {
    Engine engine = session.engine();
    KeyFileDocument document = editor.document();
    checkRoom(document);
    int generation = primary.identity().generation();
    if (generation == Integer.MAX_VALUE) {
      throw new CustodyException(
          Kind.EXHAUSTED, "the key has had all its generations; make a key of another name");
    }
    try (SecretBytes key = SecretBytes.adopt(engine.random(KEY))) {
      KeyId id = KeyId.of(engine.random(KeyId.LENGTH));
      KeyRow row =
          seal(editor.secrets(), primary.name(), generation + 1, id, KeyState.PENDING, key);
      editor.commit(document.with(row));
      return row;
    }
  }

  /** Takes an OLD generation out of use. */
  public KeyRow retire(KeyId id) {
    return session.change(
        editor -> {
          KeyRow row =
              editor.document().key(id).orElseThrow(() -> missing("no key with the id " + id));
          if (row.state() == KeyState.RETIRED) {
            return row;
          }
          if (row.state() != KeyState.OLD) {
            throw new CustodyException(
                Kind.POLICY,
                "only an old generation can be retired, this one is "
                    + row.state()
                    + "; rotate the key first");
          }
          KeyRow retired = row.in(KeyState.RETIRED);
          editor.commit(editor.document().with(retired));
          return retired;
        });
  }

  private void selfTest(FileSecrets secrets, KeyRow row, boolean written) {
    try (SecretBytes key = secrets.reopen(row)) {
      if (!DekCipher.selfTest(session.engine(), key)) {
        throw new CustodyException(
            Kind.TRANSIENT,
            "the new key failed its self-test in this JVM, so it is not used; try another engine",
            null,
            written,
            OptionalLong.empty());
      }
    }
  }

  private static void selfTestCommitment(FileSecrets secrets, KeyRow row) {
    secrets.reopen(row).close();
  }

  private static void checkRoom(KeyFileDocument document) {
    if (document.keys().size() >= KeyFileDocument.MAX_KEYS) {
      throw new CustodyException(
          Kind.EXHAUSTED,
          "the key file has 1024 generations, the most there can be; start another");
    }
  }

  private static void checkName(String name) {
    if (!KeyRow.Identity.isName(name)) {
      throw new CustodyException(
          Kind.POLICY, "a key's name has 1 to 64 characters of A-Z a-z 0-9 . _ -; choose another");
    }
  }

  private static CustodyException missing(String what) {
    return new CustodyException(
        Kind.MISSING, "the key file is readable and has " + what + "; list its keys");
  }
}
