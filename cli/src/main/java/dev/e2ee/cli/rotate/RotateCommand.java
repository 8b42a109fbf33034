package dev.e2ee.cli.rotate;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.store.TargetOptions;
import dev.e2ee.rotation.DirectoryRecordStore;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.rotation.RecordFunction;
import dev.e2ee.rotation.RecordStore;
import dev.e2ee.rotation.Rotation;
import dev.e2ee.rotation.RotationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee rotate}: all records of a directory or a table, while others read and write them. */
@Command(
    name = "rotate",
    description = {
      "Move all records of a directory or a table to a key's generation in use.",
      "Programs go on reading and writing them. Make that generation first ('e2ee key"
          + " rotate NAME'), and give it to every writer: a run that began after that and is"
          + " complete says which keys no record there is under any more. A run that was cut off"
          + " is simply repeated."
    })
public final class RotateCommand implements Callable<Integer> {
  private static final String DATABASE = "jdbc:";

  /** Gives none: to check options by. */
  private static final KeyRing.Source NO_KEYS =
      () -> {
        throw new IllegalStateException();
      };

  private final Surroundings surroundings;

  @Mixin StoreOptions store;
  @Mixin TargetOptions target;
  @Mixin ContextRules contexts = new ContextRules();
  @Mixin TableOptions table = new TableOptions();
  @Mixin Results results;

  @Parameters(
      paramLabel = "DIRECTORY|URL",
      description = {
        "Where the records are: a directory, of which every file is one, or a database's JDBC",
        "URL, such as jdbc:postgresql://host/name."
      })
  String records = "";

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = "The key to move from, all its generations. Default: ${DEFAULT-VALUE}.",
      defaultValue = "default")
  String key = "";

  @Option(
      names = "--reencrypt",
      description = {
        "Seal each record anew with a fresh DEK: for when an old key may be known to somebody."
      })
  boolean reencrypt;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "So many at once. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  int threads;

  @Option(names = "--rate", paramLabel = "N", description = "At most so many records a second.")
  @Nullable Double rate;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "Remember here how far it is, to go on there when it is repeated.")
  @Nullable Path checkpoint;

  /** In these surroundings. */
  public RotateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.target = new TargetOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    if (records.startsWith(DATABASE)) {
      try (Database database = table.open(records, threads, store.passphraseSource())) {
        return rotate(table.rows(database), false);
      }
    }
    if (table.given()) {
      throw Failure.usage("options of a database need its URL, which begins with jdbc:", "");
    }
    Path directory = directory();
    RecordFunction unused = contexts.function(NO_KEYS, true, reencrypt); // before it is touched
    return rotate(DirectoryRecordStore.open(directory), true);
  }

  private Path directory() {
    Path directory = Path.of(records);
    if (!Files.isDirectory(directory)) {
      throw Failure.usage(
          "'" + records + "' is no directory, and no URL that begins with jdbc:",
          "One envelope is moved by 'e2ee rewrap FILE'.");
    }
    return directory;
  }

  private int rotate(RecordStore from, boolean paths) throws IOException, GeneralSecurityException {
    // What is wrong with the options is told before a key is touched.
    Rotation unused = rotation(from, contexts.function(NO_KEYS, paths, reencrypt));
    return target.open(
        store,
        (old, fresh) -> {
          KeyMove keys = new KeyMove(old, fresh, key, target.key());
          RecordFunction function = contexts.function(keys::ring, paths, reencrypt);
          return run(rotation(from, function), from, keys, new ProblemHints(contexts, paths));
        });
  }

  private Rotation rotation(RecordStore from, RecordFunction function) {
    try {
      Rotation rotation = Rotation.of(from, function).withThreads(threads);
      rotation = rate == null ? rotation : rotation.withRate(rate);
      return checkpoint == null ? rotation : rotation.withCheckpoint(checkpoint);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "");
    }
  }

  private int run(Rotation rotation, RecordStore from, KeyMove keys, ProblemHints hints)
      throws IOException, GeneralSecurityException {
    RotationReport report;
    try (RotationBar bar = RotationBar.of(surroundings, from)) {
      report = rotation.withListener(bar).run();
    } catch (IllegalStateException e) { // the checkpoint is another rotation's, or none
      throw new Failure(Exit.IO, String.valueOf(e.getMessage()), "", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Exit.IO, "the rotation was interrupted", "Run it again to go on.", e);
    }
    RotationText text = new RotationText(report, keys);
    text.problems(hints).forEach(surroundings::tell);
    results.print(text::json, text::text);
    return text.isDone() ? Exit.OK.code() : Exit.PARTLY.code();
  }
}
