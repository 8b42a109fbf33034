package dev.e2ee.custody.file;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.custody.file.internal.session.Checkup;
import dev.e2ee.custody.file.internal.session.KeyChanges;
import dev.e2ee.custody.file.internal.session.Phase;
import dev.e2ee.custody.file.internal.session.SecretSource;
import dev.e2ee.custody.file.internal.session.Session;
import dev.e2ee.custody.file.internal.session.SlotChanges;
import dev.e2ee.custody.file.internal.session.WrapBudget;
import dev.e2ee.custody.file.internal.session.Wraps;
import dev.e2ee.custody.file.internal.store.KeyFileStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyInfo;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Audit;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.Residency;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * UMKs in a file: wrapped by a random file key, which one or more slots keep for a passphrase or a
 * slot-key file. Format: {@code testvectors/spec/keyfile.md}.
 *
 * <p>While it is unlocked the keys are in this JVM's memory. Every change is atomic and survives a
 * crash at any point; of two writers at once one gets CONFLICT and loses nothing. Safe for use by
 * many threads.
 */
public final class KeyFile implements KeyCustody {
  static final String BACKEND = "E2EE key file, format 1";

  private static final int MAX_REASON = 256;

  private final Session session;
  private final KeyFileStore store;
  private final Audit audit;
  private final KeyChanges keys;
  private final SlotChanges slots;
  private final Wraps wraps;
  private final Checkup checkup;
  private final boolean writable;

  private KeyFile(Session session, Audit audit) {
    this.session = session;
    this.store = session.store();
    this.audit = audit;
    this.writable = store.writable();
    this.keys = new KeyChanges(session);
    this.slots = new SlotChanges(session);
    this.wraps = new Wraps(session, audit, new WrapBudget(session, audit, writable));
    this.checkup = new Checkup(session, writable);
  }

  /**
   * Makes a new key file with one slot and no keys, and leaves it unlocked.
   *
   * @param path where nothing is yet, in a directory that others cannot write to
   * @param first what opens the file; more can follow by {@link #addSlot}
   * @throws CustodyException CONFLICT when there is something at the path, MISSING without the
   *     directory, DENIED, EXHAUSTED when the heap is too small for the passphrase's cost
   */
  public static KeyFile create(Path path, NewSlot first, CustodyOptions options) {
    Audit audit = new Audit(options.auditSink());
    return audit.attempt(
        "create",
        attempt -> {
          KeyFileStore store = KeyFileStore.at(path);
          Engine engine = engine(options);
          SlotChanges.Maker maker = first.maker(engine, store);
          return new KeyFile(
              Session.create(
                  store, engine, options.deadline(), first.source(store, options), maker),
              audit);
        });
  }

  /**
   * Opens a key file, locked. The options' callback handler is asked for a passphrase; without a
   * handler, or where the file has no slot for one, a slot key beside the file unlocks it. Other
   * sources are named in a URI, see {@link KeyFileProvider}.
   *
   * @throws CustodyException MISSING, DENIED for wrong permissions, CORRUPT, UNSUPPORTED for
   *     another version, POLICY for an Argon2id cost out of bounds
   */
  public static KeyFile open(Path path, CustodyOptions options) {
    return open(path, options, Optional.empty(), Optional.empty());
  }

  /**
   * Opens a key file, locked. The item of a keychain unlocks it, and nothing else does.
   *
   * @throws CustodyException as {@link #open(Path, CustodyOptions)}; the keychain is asked by
   *     {@link #unlock} only
   */
  public static KeyFile open(Path path, KekHolder item, CustodyOptions options) {
    return open(path, options, store -> new SecretSource(store, item, options));
  }

  static KeyFile open(
      Path path,
      CustodyOptions options,
      Optional<String> passphraseSource,
      Optional<Path> slotKey) {
    return open(
        path, options, store -> new SecretSource(store, passphraseSource, slotKey, options));
  }

  private static KeyFile open(
      Path path, CustodyOptions options, Function<KeyFileStore, SecretSource> source) {
    Audit audit = new Audit(options.auditSink());
    return audit.attempt(
        "open",
        attempt -> {
          KeyFileStore store = KeyFileStore.at(path);
          return new KeyFile(
              Session.open(store, engine(options), options.deadline(), source.apply(store)), audit);
        });
  }

  static Engine engine(CustodyOptions options) {
    return options.engine().map(Engine::of).orElseGet(Engine::configured);
  }

  @Override
  public CustodyInfo info() {
    return new CustodyInfo("file", CustodyUri.ofFile(store.file()).location(), BACKEND, writable);
  }

  @Override
  public Set<Capability> capabilities() {
    session.checkNotClosed();
    EnumSet<Capability> found = EnumSet.noneOf(Capability.class);
    if (checkup.wrapsRightly()) {
      found.add(Capability.DEK_WRAP);
      found.add(Capability.EXPORT);
      if (writable) {
        found.add(Capability.GENERATE);
        found.add(Capability.IMPORT);
      }
    }
    return found;
  }

  @Override
  public Health health() {
    return checkup.health();
  }

  @Override
  public void unlock() {
    audit.attempt("unlock", attempt -> attempt.because(session.unlock()));
  }

  @Override
  public void lock() {
    audited("lock", session::lock);
  }

  @Override
  public CustodyKey find(String name) {
    return audit.attempt(
        "find",
        attempt -> {
          KeyRow row =
              session
                  .reread()
                  .document()
                  .primary(name)
                  .orElseThrow(() -> missing("no key named '" + name + "'"));
          return handle(attempt, row);
        });
  }

  @Override
  public CustodyKey find(KeyId id) {
    return audit.attempt(
        "find",
        attempt -> {
          attempt.on(id, 0);
          KeyRow row =
              session
                  .reread()
                  .document()
                  .key(id)
                  .orElseThrow(() -> missing("no key with the id " + id));
          return handle(attempt, row);
        });
  }

  CustodyKey generation(String name, KeyId id) {
    KeyRow row =
        session
            .fresh()
            .document()
            .key(id)
            .filter(found -> found.name().equals(name))
            .orElseThrow(() -> missing("no generation of '" + name + "' with the id " + id));
    return new FileKey(this, row.id());
  }

  private static CustodyException missing(String what) {
    return new CustodyException(
        Kind.MISSING, "the key file is readable and has " + what + "; list its keys");
  }

  /** Also while locked; then nothing vouches for the data but the file's permissions. */
  @Override
  public List<KeyDescription> list() {
    return audited(
        "list",
        () -> session.refresh().document().keys().stream().map(KeyFile::description).toList());
  }

  KeyDescription describe(KeyId id) {
    return session
        .lastProven()
        .flatMap(document -> document.key(id))
        .map(KeyFile::description)
        .orElseThrow(() -> missing("no key with the id " + id));
  }

  private static KeyDescription description(KeyRow row) {
    KeyRow.Identity identity = row.identity();
    return new KeyDescription(
        identity.name(),
        identity.generation(),
        identity.id(),
        KeyKind.UMK,
        row.state(),
        Instant.ofEpochSecond(identity.created()),
        Residency.MEMORY);
  }

  @Override
  public CustodyKey generate(String name, KeyKind kind) {
    return audit.attempt(
        "generate",
        attempt -> {
          if (kind != KeyKind.UMK) {
            throw new CustodyException(
                Kind.UNSUPPORTED,
                "a key file holds user master keys (UMK), not " + kind + "; use a PKCS#11 token");
          }
          return handle(attempt, keys.generate(name));
        });
  }

  @Override
  public CustodyKey rotate(String name) {
    return audit.attempt("rotate", attempt -> handle(attempt, keys.rotate(name)));
  }

  /** The id is the one that the provider gives to the raw key, so what it sealed opens. */
  @Override
  public CustodyKey importKey(String name, SecretBytes key) {
    return audit.attempt("import", attempt -> handle(attempt, keys.importKey(name, key)));
  }

  @Override
  public CustodyKey importKey(String name, int generation, KeyId id, SecretBytes key) {
    return audit.attempt(
        "import",
        attempt -> handle(attempt.on(id, generation), keys.importKey(name, generation, id, key)));
  }

  private CustodyKey handle(Audit.Attempt attempt, KeyRow row) {
    attempt.on(row.id(), row.identity().generation());
    return new FileKey(this, row.id());
  }

  @Override
  public SecretBytes export(KeyId id, String reason) {
    return audit.attempt(
        "export",
        attempt -> {
          attempt.on(id, 0);
          if (reason.isBlank() || reason.length() > MAX_REASON) {
            throw new CustodyException(
                Kind.POLICY, "an export needs a reason of 1 to 256 characters; say why");
          }
          attempt.because(reason);
          Phase.Unlocked now = session.reread();
          KeyRow row =
              now.document().key(id).orElseThrow(() -> missing("no key with the id " + id));
          attempt.on(id, row.identity().generation());
          return now.secrets().open(row);
        });
  }

  @Override
  public void retire(KeyId id) {
    audit.attempt("retire", attempt -> handle(attempt.on(id, 0), keys.retire(id)));
  }

  /**
   * The slots, in the order they were added; also while locked.
   *
   * @throws CustodyException as {@link #list}
   */
  public List<SlotInfo> slots() {
    return audited(
        "slot-list",
        () -> session.refresh().document().slots().stream().map(SlotInfo::of).toList());
  }

  /**
   * Adds a way to open the file. While a keychain is asked for its item, other threads may use,
   * lock and close this, and other processes may change the file; when they did, the slot is
   * refused. An item that was made stays then, as {@link CustodyException#mayHaveTakenEffect} says,
   * and another try takes it.
   *
   * @throws CustodyException LOCKED, CONFLICT when somebody else changed the file or the slot key's
   *     path is taken, EXHAUSTED with 16 slots or too small a heap, POLICY for a label
   */
  public SlotInfo addSlot(NewSlot slot) {
    return audited("slot-add", () -> SlotInfo.of(slots.add(slot.maker(session.engine(), store))));
  }

  /**
   * Removes a way to open the file. Whoever has an old copy of the file and the slot's secret still
   * opens that copy: rotate the keys too when the secret has leaked. A slot-key file beside the key
   * file is deleted; one elsewhere, and an item of a keychain, is the caller's to delete.
   *
   * @throws CustodyException POLICY when no other slot is sure to open the file, MISSING, LOCKED,
   *     CONFLICT
   */
  public void removeSlot(SlotId id) {
    audited("slot-remove", () -> slots.remove(id.bytes()));
  }

  /**
   * Changes the passphrase of the file's only passphrase slot, with a new salt and the same cost.
   *
   * @param passphrase from {@link Passphrase#of}; stays the caller's
   * @throws CustodyException AMBIGUOUS or MISSING when there are several or none, LOCKED, CONFLICT
   */
  public void changePassphrase(SecretBytes passphrase) {
    audited(
        "passphrase", () -> slots.changePassphrase(Optional.empty(), passphrase, Optional.empty()));
  }

  /**
   * Changes the passphrase and the cost of one slot.
   *
   * @param passphrase from {@link Passphrase#of}; stays the caller's
   * @throws CustodyException MISSING, POLICY for a slot without a passphrase, LOCKED, CONFLICT
   */
  public void changePassphrase(SlotId id, SecretBytes passphrase, Argon2Cost cost) {
    audited(
        "passphrase",
        () -> slots.changePassphrase(Optional.of(id.bytes()), passphrase, Optional.of(cost)));
  }

  /**
   * The slot by whose secret this was unlocked or made; it may be removed by now. Empty while
   * locked.
   */
  public Optional<SlotId> openedBy() {
    return session.openedBy().map(SlotId::of);
  }

  Wraps wraps() {
    return wraps;
  }

  long locks() {
    return session.locks();
  }

  /** For the probe; also while locked. */
  List<KeyRow> rows() {
    return session.refresh().document().keys();
  }

  Path path() {
    return store.file();
  }

  /** The item of a keychain that opens the file, when it is to be opened by one. */
  Optional<KekHolder> item() {
    return session.source().item();
  }

  /** How it is opened when that item cannot be had, for a person. */
  String withoutItem() {
    return session.source().withoutTheItem(session.refresh().document());
  }

  boolean permissionsKnown() {
    return store.permissionsKnown();
  }

  private void audited(String operation, Runnable work) {
    audit.attempt(
        operation,
        attempt -> {
          work.run();
          return attempt;
        });
  }

  private <T> T audited(String operation, Supplier<T> work) {
    return audit.attempt(operation, attempt -> work.get());
  }

  @Override
  public void close() {
    session.close();
  }
}
