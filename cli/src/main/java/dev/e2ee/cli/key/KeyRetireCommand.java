package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee key retire}: a generation that opens nothing any more. */
@Command(name = "retire", description = "Take an old generation out of use, for good.")
public final class KeyRetireCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Parameters(paramLabel = "NAME", description = "Name of the key.")
  String name = "";

  @Option(
      names = "--generation",
      paramLabel = "N",
      required = true,
      description = "The generation to retire; not the one in use.")
  int generation;

  @Option(names = "--yes", description = "Really do it: it cannot be undone.")
  boolean yes;

  /** In these surroundings. */
  public KeyRetireCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (generation < 1) {
      throw Failure.usage("--generation is a whole number from 1 on", "");
    }
    if (!yes) {
      throw Failure.usage(
          "retiring cannot be undone: what is still sealed under generation "
              + generation
              + " of '"
              + name
              + "' will not open any more",
          "Move it over first, in each directory, table and file that has records under it: 'e2ee"
              + " rotate', 'e2ee rewrap'. Then say --yes.");
    }
    try (Store opened = store.openForChange()) {
      opened.unlocked();
      KeyDescription old = opened.describe(name, generation);
      opened.custody().retire(old.id());
      KeyDescription retired = opened.describe(name, generation);
      results.print(
          () -> KeyTexts.json(retired), () -> "Retired " + KeyTexts.phrase(retired) + ".");
    }
    return Exit.OK.code();
  }
}
