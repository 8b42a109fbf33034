package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.secret.PassphraseHandler;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An opened key store, as the commands use it. */
public final class Store implements AutoCloseable {
  /** A person may take this long to type. */
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final KeyCustody custody;
  private final AuditLog log;

  private Store(KeyCustody custody, AuditLog log) {
    this.custody = custody;
    this.log = log;
  }

  /** Opens the store that a URI names; takes over the log. */
  static Store open(CustodyUri uri, PassphraseSource passphrase, AuditLog log) throws IOException {
    boolean done = false;
    try {
      Store store = new Store(Custodies.installed().open(uri, options(passphrase, log)), log);
      done = true;
      return store;
    } catch (CustodyException e) {
      if (e.kind() != Kind.MISSING || uri.scheme().equals("pkcs11")) {
        throw e;
      }
      throw uri.scheme().equals("keychain") ? noFileOfItem(uri, e) : noFile(uri, e);
    } finally {
      if (!done) {
        log.close();
      }
    }
  }

  private static Failure noFile(CustodyUri uri, CustodyException e) {
    return new Failure(
        Exit.CUSTODY,
        "there is no key store at " + uri.location(),
        uri.path().startsWith("~")
            ? "Write the whole path: ~ is not expanded here."
            : "Make one with 'e2ee init', or name another.",
        e);
  }

  /** Where the item is there, a new key file would not have the old keys. */
  private static Failure noFileOfItem(CustodyUri uri, CustodyException e) {
    Path path = Keychain.keyFile(uri);
    String command = "e2ee init --keys '" + uri.canonical() + "'";
    return new Failure(
        Exit.CUSTODY,
        "there is no key file " + path + ", which " + uri.location() + " opens",
        path.startsWith("~")
            ? "Write the whole path: ~ is not expanded here."
            : "Say where it is: key-file=PATH in the URI. "
                + (Keychain.hasItem(uri)
                    ? "Or restore it from a copy: its item is in the keychain. What "
                        + command
                        + " makes has new keys, and opens no older records."
                    : "If there never was one: " + command),
        e);
  }

  /** How the stores of the command line behave. */
  static CustodyOptions options(PassphraseSource passphrase, AuditLog log) {
    return withoutPassphrase(log).withCallbackHandler(new PassphraseHandler(passphrase));
  }

  /** The same for one that is made, or that asks for no passphrase. */
  static CustodyOptions withoutPassphrase(AuditLog log) {
    return CustodyOptions.defaults()
        .withInteraction(true)
        .withDeadline(DEADLINE)
        .withAuditSink(log);
  }

  /** The custody itself, locked or not. */
  public KeyCustody custody() {
    return custody;
  }

  /** The custody, unlocked. */
  public KeyCustody unlocked() {
    custody.unlock();
    return custody;
  }

  /** All keys; a key file lists them while locked, another back end may not and is unlocked. */
  public List<KeyDescription> keys() {
    try {
      return custody.list();
    } catch (CustodyException e) {
      if (e.kind() != Kind.LOCKED) {
        throw e;
      }
      return unlocked().list();
    }
  }

  /**
   * The custody as a key file, for what only a key file has.
   *
   * @throws Failure CUSTODY for another back end
   */
  public KeyFile keyFile() {
    if (custody instanceof KeyFile file) {
      return file;
    }
    if (custody instanceof Keychain keychain) {
      return keychain.file();
    }
    throw new Failure(
        Exit.CUSTODY,
        "only a key file has slots and passphrases; this is " + custody.info().location(),
        "Name a key file: --keys PATH, or its keychain: URI. A token's PINs and keys are changed by"
            + " its own tools, such as pkcs11-tool.");
  }

  /** What people call the keychain's item that opens it; empty when it is not opened by one. */
  public Optional<String> item() {
    return custody instanceof Keychain keychain ? Optional.of(keychain.item()) : Optional.empty();
  }

  /**
   * The PRIMARY generation of a name, from an unlocked store.
   *
   * @throws Failure CUSTODY when there is no such key; says which there are
   */
  public CustodyKey primary(String name) {
    try {
      return custody.find(name);
    } catch (CustodyException e) {
      throw e.kind() == Kind.MISSING ? missing(name, e) : e;
    }
  }

  /**
   * The generation that an envelope names.
   *
   * @throws Failure WRONG_KEY when this store does not have it
   */
  public CustodyKey named(KeyId id) {
    try {
      return custody.find(id);
    } catch (CustodyException e) {
      if (e.kind() != Kind.MISSING) {
        throw e;
      }
      throw new Failure(
          Exit.WRONG_KEY,
          "the envelope was sealed under the key "
              + id
              + ", which is not in "
              + custody.info().location(),
          "Name the key store that has it with --keys; 'e2ee key list' shows ids.",
          e);
    }
  }

  /**
   * One generation of a name; number 0 stands for the PRIMARY one.
   *
   * @throws Failure CUSTODY when there is none
   */
  public KeyDescription describe(String name, int generation) {
    List<KeyDescription> all =
        custody.list().stream().filter(key -> key.name().equals(name)).toList();
    return all.stream()
        .filter(
            key ->
                generation == 0 ? key.state() == KeyState.PRIMARY : key.generation() == generation)
        .findFirst()
        .orElseThrow(() -> all.isEmpty() ? missing(name, null) : noGeneration(generation, all));
  }

  /** A generation, taken out to be wrapped; the caller closes it. */
  public UserMasterKey takeOut(KeyDescription key, String reason) {
    try (SecretBytes secret = custody.export(key.id(), reason)) {
      return UserMasterKey.of(secret, key.id(), key.generation());
    }
  }

  private static Failure noGeneration(int generation, List<KeyDescription> all) {
    String there =
        all.stream()
            .map(key -> key.generation() + " (" + key.state() + ")")
            .collect(Collectors.joining(", "));
    return new Failure(
        Exit.CUSTODY,
        "the key '"
            + all.get(0).name()
            + "' has no generation "
            + (generation == 0 ? "in use" : generation),
        "Its generations are: " + there + ".");
  }

  private Failure missing(String what, @org.jspecify.annotations.Nullable Exception cause) {
    return new Failure(
        Exit.CUSTODY,
        "there is no key " + what + " in " + custody.info().location(),
        keyNames(),
        cause);
  }

  /** Which keys an unlocked store has, and what to do, for a person. */
  public String keyNames() {
    String names =
        custody.list().stream()
            .map(KeyDescription::name)
            .distinct()
            .collect(Collectors.joining(", "));
    if (names.isEmpty() && meansOneKey()) {
      return "Its URI means that key alone: without object= 'e2ee key list' shows which there are.";
    }
    return names.isEmpty()
        ? "It has no keys yet; make one: e2ee key generate NAME --keys URI."
        : "Its keys are: " + names + ". Name one of them.";
  }

  private boolean meansOneKey() {
    return CustodyUri.parse(custody.info().location()).attribute("object").isPresent();
  }

  @Override
  public void close() throws IOException {
    try {
      custody.close();
    } finally {
      log.close();
    }
  }
}
