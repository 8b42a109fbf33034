package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.spi.CustodyException;
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
      List<KeyDescription> keys = list(opened);
      results.print(
          () -> keys.stream().map(KeyTexts::json).toList(),
          () -> table(keys, opened.custody() instanceof KeyFile));
    }
    return Exit.OK.code();
  }

  /** A key file lists its keys while locked; another back end may not. */
  private static List<KeyDescription> list(Store opened) {
    try {
      return opened.custody().list();
    } catch (CustodyException e) {
      if (e.kind() != CustodyException.Kind.LOCKED) {
        throw e;
      }
      return opened.unlocked().list();
    }
  }

  private static String residency(KeyDescription key) {
    return switch (key.residency()) {
      case HARDWARE -> "in a device, not extractable";
      case ISOLATED -> "in another process";
      case MEMORY -> "encrypted at rest, in memory while unlocked";
    };
  }

  private static String table(List<KeyDescription> keys, boolean file) {
    if (keys.isEmpty()) {
      return "There are no keys; make one with 'e2ee key generate NAME'.";
    }
    int width = keys.stream().mapToInt(key -> key.name().length()).max().orElse(0);
    String row = "%-" + Math.max(4, width) + "s  %3s  %-7s  %-32s  %-20s  %s%n";
    StringBuilder text =
        new StringBuilder(row.formatted("NAME", "GEN", "STATE", "ID", "CREATED", "KEPT"));
    for (KeyDescription key : keys) {
      text.append(
          row.formatted(
              key.name(),
              key.generation(),
              key.state(),
              key.id(),
              key.created(),
              file ? "in the key file, encrypted" : residency(key)));
    }
    return text.toString().stripTrailing();
  }
}
