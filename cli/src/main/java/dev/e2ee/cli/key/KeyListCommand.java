package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTable;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee key list}: the public data of every generation. */
@Command(
    name = "list",
    description = "List the keys and their generations. Asks for no passphrase.")
public final class KeyListCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  /** In these surroundings. */
  public KeyListCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (Store opened = store.open()) {
      List<KeyDescription> keys = opened.keys();
      results.print(
          () -> keys.stream().map(KeyTexts::json).toList(), () -> KeyTable.of(opened, keys));
    }
    return Exit.OK.code();
  }
}
