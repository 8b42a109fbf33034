package dev.e2ee.cli.store;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.OwnerOnly;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.custody.file.Passphrase;
import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee init}: a new key file with its first key. Never replaces one. */
@Command(
    name = "init",
    description = {
      "Make a key file with a first user master key.",
      "It is opened by a passphrase, or by an item of the operating system's keychain."
    })
public final class InitCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin StoreOptions store;
  @Mixin Results results;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Name of the first key. Default: ${DEFAULT-VALUE}.")
  String name = "default";

  @Option(
      names = "--raw",
      description = {
        "No passphrase: a slot key in a file of its own, mode 0600, beside the key file.",
        "Whoever can read both files has the keys."
      })
  boolean raw;

  @Option(
      names = "--slot-key",
      paramLabel = "FILE",
      description = "With --raw: where the slot key goes, such as another disk.")
  @Nullable Path slotKey;

  @Option(
      names = "--keychain",
      description = {
        "No passphrase: the key file's key goes into the operating system's keychain. A keychain:",
        "URI after --keys says so too, and names the item."
      })
  boolean keychain;

  @Option(
      names = "--or-passphrase",
      description = {
        "With a keychain: where there is none, or none answers, a passphrase in its place, which is",
        "then told. A keychain that is locked is there."
      })
  boolean orPassphrase;

  /** In these surroundings. */
  public InitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (slotKey != null && !raw) {
      throw Failure.usage("--slot-key goes with --raw", "");
    }
    CustodyUri uri = address();
    if (uri.scheme().equals("keychain")) {
      return inKeychain(uri);
    }
    if (orPassphrase) {
      throw Failure.usage("--or-passphrase goes with --keychain", "");
    }
    if (!uri.scheme().equals("file") || !uri.canonical().equals(uri.location())) {
      throw Failure.usage(
          "init makes a key file: give its path or a file: URI without a query",
          "Without a passphrase: --raw, and --slot-key PATH where its slot key shall lie elsewhere. A"
              + " key in a token: e2ee key generate NAME --keys URI. With its key in the keychain:"
              + " e2ee init --keys '"
              + UsualItem.uri().canonical()
              + "'");
    }
    return inFile(Path.of(uri.path()), Optional.empty());
  }

  /** Where the store goes: with --keychain, a key file that was named stays that. */
  private CustodyUri address() {
    CustodyUri uri = store.uri();
    if (!keychain || uri.scheme().equals("keychain")) {
      return uri;
    }
    if (!uri.scheme().equals("file") || !uri.canonical().equals(uri.location())) {
      throw Failure.usage("--keychain goes with a keychain: URI or the path of the key file", "");
    }
    return store.named()
        ? UsualItem.uri().withQuery("key-file", Path.of(uri.path()).toAbsolutePath().toString())
        : UsualItem.uri();
  }

  /**
   * Never replaces a file.
   *
   * @param opening gives a URI that opens what is there, if one is known
   */
  private static void refuseWhatIsThere(Path path, Supplier<Optional<CustodyUri>> opening) {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new Failure(
          Exit.CUSTODY,
          path + " exists already and was left as it is",
          opening
                  .get()
                  .map(uri -> "Use it: --keys '" + uri.canonical() + "' or E2EE_KEYS.")
                  .orElse(
                      "Another item opens it: 'e2ee key slots --keys " + path + "' shows which.")
              + " Or make another one: e2ee init --keys OTHER");
    }
  }

  /** In a key file, under a passphrase or a slot key. */
  private Integer inFile(Path path, Optional<InPlaceOf> item) throws IOException {
    CustodyUri uri = CustodyUri.ofFile(path);
    refuseWhatIsThere(path, () -> Optional.of(uri));
    KeyNames.check(name);
    OwnerOnly.makeDirectory(PendingFile.parentOf(path));
    try (AuditLog log = store.auditLog();
        KeyFile file = create(uri, log)) {
      KeyDescription key = file.generate(name, KeyKind.UMK).description();
      report(uri, path, key, item);
    }
    return Exit.OK.code();
  }

  private Integer inKeychain(CustodyUri uri) throws IOException {
    if (raw) {
      throw Failure.usage("--raw and a keychain are two different ways", "");
    }
    if (store.passphraseGiven() && !orPassphrase) {
      throw Failure.usage(
          "no passphrase opens what init makes in the keychain: the item does",
          "Leave the passphrase out and add it then: e2ee key add-slot --keys '"
              + uri.canonical()
              + "' --new-passphrase-file FILE. For where there is no keychain: --or-passphrase");
    }
    Path path = Keychain.keyFile(uri);
    refuseWhatIsThere(path, () -> OpeningUri.of(uri));
    KeyNames.check(name);
    try (AuditLog log = store.auditLog()) {
      Keychain made;
      try {
        made = Keychain.create(uri, Store.withoutPassphrase(log));
      } catch (CustodyException e) {
        if (orPassphrase && isNone(e)) {
          return inPlaceOf(new InPlaceOf(uri, e), path);
        }
        throw UsualItem.explained(e, uri, "e2ee init --keys ");
      }
      try (made) {
        report(uri, path, made, made.generate(name, KeyKind.UMK).description());
      }
    }
    return Exit.OK.code();
  }

  /** Who is asked for a passphrase is told before that they will have no keychain. */
  private Integer inPlaceOf(InPlaceOf item, Path path) throws IOException {
    if (!store.passphraseGiven()) {
      surroundings.tell(item.found());
    }
    return inFile(path, Optional.of(item));
  }

  /** Whether there is no keychain, or none that answers: not one that is locked, sick or denied. */
  private static boolean isNone(CustodyException e) {
    return (e.kind() == Kind.UNSUPPORTED || e.kind() == Kind.REMOVED) && !e.mayHaveTakenEffect();
  }

  private void report(CustodyUri uri, Path path, Keychain made, KeyDescription key) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("keys", uri.canonical());
    json.put("slot", "KEYCHAIN");
    json.put("itemWasThere", made.tookItem());
    if (store.passphraseGiven()) {
      json.put("passphraseUsed", false);
    }
    json.put("key", KeyTexts.json(key));
    results.print(
        () -> json,
        () ->
            "Made "
                + path
                + " with "
                + KeyTexts.phrase(key)
                + "; the keychain keeps its key.\nName it from here on: export E2EE_KEYS='"
                + uri.canonical()
                + "'\n"
                + (store.passphraseGiven()
                    ? "The passphrase was not used: there is a keychain, and its item opens the file.\n"
                    : "")
                + "Without that item of the keychain the keys are lost: add a passphrase too, by e2ee"
                + " key add-slot --keys '"
                + uri.canonical()
                + "', and keep a copy of the file."
                + (made.tookItem() ? "\n" + UsualItem.wasThere(uri) : ""));
  }

  private KeyFile create(CustodyUri uri, AuditLog log) {
    Path path = Path.of(uri.path());
    var options = Store.withoutPassphrase(log);
    if (raw) {
      NewSlot slot = slotKey == null ? NewSlot.raw() : NewSlot.raw(slotKey);
      return KeyFile.create(path, slot, options);
    }
    char[] typed = store.newPassphraseSource(uri).readNew();
    try (SecretBytes passphrase = Passphrase.of(typed)) {
      return KeyFile.create(path, NewSlot.passphrase(passphrase, Argon2Cost.DEFAULT), options);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  /**
   * The item of a keychain in whose place there is a passphrase.
   *
   * @param uri of the item
   * @param why it is not there
   */
  private record InPlaceOf(CustodyUri uri, CustodyException why) {
    String found() {
      return (why.kind() == Kind.REMOVED ? "No keychain answers now: " : "There is no keychain: ")
          + why.getMessage()
          + ".";
    }

    String next(CustodyUri file) {
      return " under a passphrase in its place.\nName it from here on: export E2EE_KEYS='"
          + file.location()
          + "'\nAdd the keychain when it is there: e2ee key add-slot --keys '"
          + file.location()
          + "' --keychain='"
          + uri.canonical()
          + "'\n";
    }
  }

  /**
   * Tells what was made.
   *
   * @param item of a keychain, if one was wanted
   */
  private void report(CustodyUri uri, Path path, KeyDescription key, Optional<InPlaceOf> item) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("keys", uri.location());
    json.put("slot", raw ? "RAW" : "PASSPHRASE");
    item.ifPresent(wanted -> json.put("noKeychain", wanted.why().getMessage()));
    json.put("key", KeyTexts.json(key));
    results.print(
        () -> json,
        () ->
            (store.passphraseGiven() ? item.map(one -> one.found() + "\n").orElse("") : "")
                + "Made "
                + path
                + " with "
                + KeyTexts.phrase(key)
                + item.map(wanted -> wanted.next(uri)).orElse(".\n")
                + (raw
                    ? "No passphrase protects it: whoever can read it and its slot key has the keys."
                    : "There is no way back without the passphrase: keep it, and a copy of the file,"
                        + " safe."));
  }
}
