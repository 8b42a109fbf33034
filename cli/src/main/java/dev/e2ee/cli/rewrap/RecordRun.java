package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.io.Steps;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.transfer.Progress;
import dev.e2ee.spi.CustodyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Re-wraps one envelope, or all in a directory and below. Each file changes at once or not at all:
 * a run that was cut off is repeated, and finds what is done.
 */
public final class RecordRun {
  private final Surroundings surroundings;
  private final RecordOptions options;
  private final Path root;
  private final boolean directory;
  private final boolean dryRun;
  private final boolean bar;

  private RecordRun(
      Surroundings surroundings, RecordOptions options, Path root, boolean dryRun, boolean bar) {
    this.surroundings = surroundings;
    this.options = options;
    this.root = root;
    this.directory = Files.isDirectory(root);
    this.dryRun = dryRun;
    this.bar = bar && !directory;
  }

  /**
   * Of what lies at a path, which must be there.
   *
   * @param dryRun to open everything and write nothing
   * @param bar whether to show how far a single long file is
   * @throws Failure USAGE for options that do not go together
   */
  public static RecordRun of(
      Surroundings surroundings, RecordOptions options, Path path, boolean dryRun, boolean bar)
      throws IOException {
    RecordRun run = new RecordRun(surroundings, options, path.toRealPath(), dryRun, bar);
    options.check(run.directory);
    return run;
  }

  /**
   * From the keys of one unlocked store to those of another, or of the same.
   *
   * @param toKey the key to move to; null for the one of the same name
   */
  public Tally rewrap(Store from, Store to, @Nullable String toKey)
      throws IOException, GeneralSecurityException {
    Rewrapper rewrapper =
        new Rewrapper(
            new RewrapKeys(from, to, toKey),
            dryRun,
            size -> new Progress(surroundings, dryRun ? "open" : "rewrap", size, bar));
    Tally tally = new Tally(dryRun);
    if (directory) {
      tree(rewrapper, tally);
    } else {
      PendingFile.sweep(PendingFile.parentOf(root));
      tally.count(rewrapper.rewrap(root, options.binding(root, root)));
    }
    return tally;
  }

  private void tree(Rewrapper rewrapper, Tally tally) throws IOException {
    EnvelopeTree tree = EnvelopeTree.below(root);
    tally.others(tree.others());
    try (Steps steps = new Steps(surroundings, "rewrap", tree.envelopes().size())) {
      FailureReport report = new FailureReport(tally, steps);
      for (Map.Entry<Path, IOException> entry : tree.unreadable().entrySet()) {
        report.fail(entry.getKey(), entry.getValue(), "");
      }
      for (Path file : tree.envelopes()) {
        try {
          tally.count(rewrapper.rewrap(file, options.binding(root, file)));
        } catch (IOException | GeneralSecurityException | CustodyException | Failure e) {
          report.fail(file, e, options.idOf(root, file));
        }
        steps.step();
      }
      report.end();
    }
  }
}
