package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.store.TargetOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
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
  @Mixin TargetOptions target;
  @Mixin Results results;

  @Parameters(
      paramLabel = "PATH",
      description = "An envelope, or a directory: all envelopes in it and below.")
  Path root = Path.of("");

  @Option(
      names = "--dry-run",
      description = "Open every envelope to its end and say what would be done; write nothing.")
  boolean dryRun;

  /** In these surroundings. */
  public RewrapCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.target = new TargetOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    RecordRun run = RecordRun.of(surroundings, records, root, dryRun, !results.json());
    return target.open(store, (from, to) -> report(run.rewrap(from, to, target.key())));
  }

  private int report(Tally tally) {
    results.print(tally::json, tally::text);
    return tally.exit().code();
  }
}
