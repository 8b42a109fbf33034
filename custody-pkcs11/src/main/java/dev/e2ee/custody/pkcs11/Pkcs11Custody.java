package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.key.KeyAddress;
import dev.e2ee.custody.pkcs11.internal.key.KeyChanges;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.custody.pkcs11.internal.key.TokenKeys;
import dev.e2ee.custody.pkcs11.internal.key.Trial;
import dev.e2ee.custody.pkcs11.internal.key.Works;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.custody.pkcs11.internal.session.ModuleFile;
import dev.e2ee.custody.pkcs11.internal.session.ModuleUse;
import dev.e2ee.custody.pkcs11.internal.session.PinSource;
import dev.e2ee.custody.pkcs11.internal.session.TokenAddress;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keys in a token, which makes them and never gives them out. Format of what is written there:
 * {@code testvectors/spec/token.md}.
 *
 * <p>Every operation ends within {@link CustodyOptions#deadline}, also when the token does not
 * answer. After a loss of the token it connects anew by itself, checks each key before its first
 * use, and repeats only what changes nothing. Safe for use by many threads.
 */
public final class Pkcs11Custody implements KeyCustody {
  private static final String NAMES = "[A-Za-z0-9._-]{1,64}";

  private final CustodyUri uri;
  private final Connection connection;
  private final PinSource pins;
  private final Audit audit;
  private final TokenKeys keys;
  private final KeyChanges changes;
  private final Trial trial;
  private final Works works;

  private Pkcs11Custody(
      CustodyUri uri,
      Optional<KeyUse> wanted,
      KeyAddress address,
      Connection connection,
      PinSource pins,
      Audit audit,
      Engine engine) {
    this.uri = uri;
    this.connection = connection;
    this.pins = pins;
    this.audit = audit;
    this.works = new Works(engine);
    this.keys = new TokenKeys(connection, works, address);
    this.changes = new KeyChanges(connection, keys, works, engine, wanted);
    this.trial = new Trial(connection, works, engine, wanted);
  }

  static Pkcs11Custody open(CustodyUri uri, CustodyOptions options) {
    return open(uri, options, loader(uri));
  }

  /** How the module that a URI names is loaded. */
  static Loader loader(CustodyUri uri) {
    return module -> Binding.of(uri).load(module, uri.query("init-args"));
  }

  /** How a URI has its module used. */
  static ModuleUse use(CustodyUri uri, Path module) {
    return new ModuleUse(module, uri.query("init-args").orElse(""), Binding.of(uri).text());
  }

  /** How a module is loaded. */
  interface Loader {
    /** Loads the module in this file. */
    Cryptoki load(Path module) throws IOException;
  }

  static Pkcs11Custody open(CustodyUri uri, CustodyOptions options, Loader loader) {
    Audit audit = new Audit(options.auditSink());
    return audit.attempt(
        "open",
        attempt -> {
          Optional<KeyUse> wanted = wantedUse(uri);
          KeyAddress address = new KeyAddress(uri);
          Path module = ModuleFile.of(uri);
          Engine engine = options.engine().map(Engine::of).orElseGet(Engine::configured);
          Connection connection =
              Connection.open(
                  new TokenAddress(uri),
                  use(uri, module),
                  () -> loader.load(module),
                  options.deadline(),
                  engine);
          return new Pkcs11Custody(
              uri, wanted, address, connection, new PinSource(uri, options), audit, engine);
        });
  }

  /** The use of new UMKs that a URI names. */
  private static Optional<KeyUse> wantedUse(CustodyUri uri) {
    return uri.query("wrap")
        .map(
            name ->
                KeyUse.umks()
                    .filter(use -> use.text().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new CustodyException(
                                Kind.UNSUPPORTED,
                                "wrap= is one of "
                                    + KeyUse.umks()
                                        .map(KeyUse::text)
                                        .collect(Collectors.joining(", ")))));
  }

  @Override
  public CustodyInfo info() {
    return new CustodyInfo("pkcs11", uri.location(), Binding.of(uri).backend(), false);
  }

  @Override
  public Set<Capability> capabilities() {
    Set<KeyUse> proven = trial.proven();
    EnumSet<Capability> found = EnumSet.noneOf(Capability.class);
    for (KeyUse use : proven) {
      found.add(
          switch (use) {
            case GCM, HMAC, OAEP_3072, OAEP_2048, KW -> Capability.DEK_WRAP;
            case ECDH -> Capability.ECDH_P256;
            case ECDSA -> Capability.SIGN_P256;
          });
    }
    if (!found.isEmpty()) {
      found.add(Capability.GENERATE);
    }
    return found;
  }

  @Override
  public Health health() {
    if (connection.isClosed()) {
      return new Health(Health.Status.UNAVAILABLE, "closed; open it again");
    }
    try {
      if (!connection.isUnlocked()) {
        connection.token();
        return new Health(Health.Status.LOCKED, "present; unlock it");
      }
      return new Health(Health.Status.READY, "unlocked, " + keys.canary() + " keys");
    } catch (CustodyException e) {
      return e.kind() == Kind.LOCKED
          ? new Health(Health.Status.LOCKED, String.valueOf(e.getMessage()))
          : new Health(Health.Status.UNAVAILABLE, e.kind() + ": " + e.getMessage());
    }
  }

  @Override
  public void unlock() {
    audit.attempt(
        "unlock",
        attempt -> {
          connection.unlock(pins.pin(), pins.origin());
          return attempt;
        });
  }

  @Override
  public void lock() {
    audited("lock", connection::lock);
  }

  @Override
  public CustodyKey find(String name) {
    return audit.attempt("find", attempt -> handle(attempt, keys.find(name)));
  }

  @Override
  public CustodyKey find(KeyId id) {
    return audit.attempt("find", attempt -> handle(attempt.on(id, 0), keys.find(id)));
  }

  CustodyKey generation(String name, KeyId id) {
    TokenKey found = keys.find(id);
    if (!found.label().name().equals(name)) {
      throw new CustodyException(
          Kind.MISSING, "the token has no generation of '" + name + "' with the id " + id);
    }
    return handle(found);
  }

  KeyDescription describe(KeyId id) {
    return keys.find(id).description();
  }

  TokenKey lastSeen(KeyId id) {
    connection.requireUnlocked();
    return keys.lastSeen(id);
  }

  private CustodyKey handle(Audit.Attempt attempt, TokenKey key) {
    attempt.on(key.id(), key.label().generation());
    return handle(key);
  }

  private CustodyKey handle(TokenKey key) {
    return switch (key.label().use()) {
      case GCM, HMAC, OAEP_3072, OAEP_2048, KW -> new UmkHandle(this, key);
      case ECDH, ECDSA -> new DeviceKeyHandle(this, key);
    };
  }

  @Override
  public List<KeyDescription> list() {
    return audited("list", () -> keys.all().stream().map(TokenKey::description).toList());
  }

  @Override
  public CustodyKey generate(String name, KeyKind kind) {
    return audit.attempt(
        "generate",
        attempt -> {
          if (!name.matches(NAMES)) {
            throw new CustodyException(
                Kind.POLICY, "a key's name has 1 to 64 characters of A-Z a-z 0-9 . _ -");
          }
          return handle(attempt, changes.generate(name, trial.useFor(kind)));
        });
  }

  /** For tests: a key of this use, though the token could hold one of a use that comes first. */
  CustodyKey generate(String name, KeyUse use) {
    return audit.attempt("generate", attempt -> handle(attempt, changes.generate(name, use)));
  }

  @Override
  public CustodyKey rotate(String name) {
    return audit.attempt("rotate", attempt -> handle(attempt, changes.rotate(name)));
  }

  @Override
  public CustodyKey importKey(String name, SecretBytes key) {
    return audit.attempt("import", attempt -> noImport());
  }

  @Override
  public CustodyKey importKey(String name, int generation, KeyId id, SecretBytes key) {
    return audit.attempt(
        "import",
        attempt -> {
          attempt.on(id, generation);
          return noImport();
        });
  }

  private static CustodyKey noImport() {
    throw new CustodyException(
        Kind.UNSUPPORTED,
        "a token's keys are made in it, so that nobody ever had them. Generate a key here, then move"
            + " records to it: e2ee rewrap");
  }

  @Override
  public SecretBytes export(KeyId id, String reason) {
    return audit.attempt(
        "export",
        attempt -> {
          attempt.on(id, 0).because(reason);
          throw new CustodyException(
              Kind.UNSUPPORTED, "a token's keys never leave it; move records instead: e2ee rewrap");
        });
  }

  @Override
  public void retire(KeyId id) {
    audit.attempt("retire", attempt -> handle(attempt.on(id, 0), changes.retire(id)));
  }

  Audit audit() {
    return audit;
  }

  Connection connection() {
    return connection;
  }

  PinSource pins() {
    return pins;
  }

  Trial trial() {
    return trial;
  }

  TokenKeys keys() {
    return keys;
  }

  /** For tests of leaks. */
  int lanes() {
    return connection.lanes();
  }

  Works works() {
    return works;
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

  /** Waits for what is under way, as long as the deadline allows. */
  @Override
  public void close() {
    connection.close();
  }
}
