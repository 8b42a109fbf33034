package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.envelope.Binding;
import dev.e2ee.cli.envelope.ContextOptions;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.cli.secret.TargetPassphraseOptions;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.transfer.Progress;
import dev.e2ee.spi.CustodyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
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
  @Mixin ContextOptions context = new ContextOptions();
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
      names = "--id-from-path",
      description = {
        "In a directory: each record's id is its path below it, with / and without .e2ee.",
        "Such as: notes/7.e2ee has the id notes/7."
      })
  boolean idFromPath;

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
    Path real = root.toRealPath();
    boolean directory = Files.isDirectory(real);
    checkOptions(directory);
    try (Store from = store.open()) {
      if (toKeys == null) {
        from.unlocked();
        return run(new RewrapKeys(from, from, toKey), real, directory);
      }
      try (Store to = store.openOther(toKeys, targetSource())) {
        from.unlocked();
        to.unlocked();
        return run(new RewrapKeys(from, to, toKey), real, directory);
      }
    }
  }

  private void checkOptions(boolean directory) {
    Binding unused = idFromPath ? context.bindingFor("x") : context.binding();
    if (idFromPath && !directory) {
      throw Failure.usage("--id-from-path needs a directory; give --id for one file", "");
    }
    if (toKeys != null && targetSource().clashesWith(store.passphraseSource())) {
      throw Failure.usage("the passphrases of two key stores need a descriptor each", "");
    }
  }

  private PassphraseSource targetSource() {
    return targetPassphrase.source("Passphrase of the key store to move to");
  }

  private int run(RewrapKeys keys, Path real, boolean directory)
      throws IOException, GeneralSecurityException {
    boolean bar = !directory && !results.json();
    Rewrapper rewrapper =
        new Rewrapper(
            keys,
            dryRun,
            size -> new Progress(surroundings, dryRun ? "open" : "rewrap", size, bar));
    Tally tally = new Tally(dryRun);
    if (directory) {
      runTree(rewrapper, real, tally);
    } else {
      PendingFile.sweep(PendingFile.parentOf(real));
      tally.count(rewrapper.rewrap(real, context.binding()));
    }
    results.print(tally::json, tally::text);
    return tally.exit().code();
  }

  private void runTree(Rewrapper rewrapper, Path real, Tally tally) throws IOException {
    EnvelopeTree tree = EnvelopeTree.below(real);
    tally.others(tree.others());
    try (Steps steps = new Steps(surroundings, tree.envelopes().size())) {
      FailureReport report = new FailureReport(tally, steps);
      for (Map.Entry<Path, IOException> entry : tree.unreadable().entrySet()) {
        report.fail(entry.getKey(), entry.getValue(), "");
      }
      for (Path file : tree.envelopes()) {
        try {
          tally.count(rewrapper.rewrap(file, binding(real, file)));
        } catch (IOException | GeneralSecurityException | CustodyException | Failure e) {
          report.fail(file, e, idFromPath ? EntityId.of(real.relativize(file)) : "");
        }
        steps.step();
      }
      report.end();
    }
  }

  private Binding binding(Path real, Path file) {
    return idFromPath ? context.bindingFor(EntityId.of(real.relativize(file))) : context.binding();
  }
}
