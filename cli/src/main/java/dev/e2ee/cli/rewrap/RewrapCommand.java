package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.cli.secret.TargetPassphraseOptions;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreLocation;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee rewrap}: one envelope or a tree of them, from their present keys to new ones. */
@Command(
    name = "rewrap",
    description = {
      "Move envelopes to the generation in use of a key, without decrypting to disk.",
      "Each file changes at once or not at all; a run that was cut off is simply repeated.",
      "Of a long envelope only the header is opened: a cut or altered body stays as it is."
    })
public final class RewrapCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin StoreOptions store;
  @Mixin RecordOptions records = new RecordOptions();
  @Mixin TargetPassphraseOptions targetPassphrase = new TargetPassphraseOptions();
  @Mixin Results results;

  @Parameters(
      paramLabel = "PATH",
      description = "An envelope, or a directory: all envelopes in it and below.")
  Path root = Path.of("");

  @Option(
      names = "--to-key",
      paramLabel = "NAME",
      description = "The key to move to. Default: the one of the same name.")
  @Nullable String toKey;

  @Option(
      names = "--to-keys",
      paramLabel = "URI|PATH",
      description = "The key store to move to. Default: the same.")
  @Nullable String toKeys;

  @Option(
      names = "--dry-run",
      description = "Open every envelope to its end and say what would be done; write nothing.")
  boolean dryRun;

  /** In these surroundings. */
  public RewrapCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    RecordRun run = RecordRun.of(surroundings, records, root, dryRun, !results.json());
    if (toKeys == null) {
      return withinOne(run);
    }
    CustodyUri target = StoreLocation.of(toKeys, surroundings);
    PassphraseSource source = targetPassphrase.source(target);
    if (source.clashesWith(store.passphraseSource())) {
      throw Failure.usage("the passphrases of two key stores need a descriptor each", "");
    }
    try (Store from = store.open();
        Store to = store.openOther(target, source)) {
      from.unlocked();
      to.unlocked();
      return report(run.rewrap(from, to, toKey));
    }
  }

  private int withinOne(RecordRun run) throws IOException, GeneralSecurityException {
    if (targetPassphrase.given()) {
      throw Failure.usage(
          "--to-passphrase-file and --to-passphrase-fd are for the store of --to-keys",
          "For the store of --keys: --passphrase-file, --passphrase-fd");
    }
    try (Store only = store.open()) {
      only.unlocked();
      return report(run.rewrap(only, only, toKey));
    }
  }

  private int report(Tally tally) {
    results.print(tally::json, tally::text);
    return tally.exit().code();
  }
}
