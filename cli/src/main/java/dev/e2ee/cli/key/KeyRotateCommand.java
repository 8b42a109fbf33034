package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
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
import picocli.CommandLine.Parameters;

/** {@code e2ee key rotate}: the next generation of a name. */
@Command(name = "rotate", description = "Make the next generation of a key; new envelopes use it.")
public final class KeyRotateCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Name of the key. Default: ${DEFAULT-VALUE}.")
  String name = "default";

  /** In these surroundings. */
  public KeyRotateCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (Store opened = store.openForChange()) {
      opened.unlocked();
      opened.primary(name);
      KeyDescription made = opened.custody().rotate(name).description();
      results.print(
          () -> KeyTexts.json(made),
          () ->
              "Made "
                  + KeyTexts.phrase(made)
                  + ". Older generations still open what they sealed; move that over with"
                  + " 'e2ee rewrap' or 'e2ee rotate', then retire them. Other devices get it by 'e2ee device wrap'; a"
                  + " recovery code brings back the generation that it was made for.");
    }
    return Exit.OK.code();
  }
}
