package dev.e2ee.cli.slot;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.custody.file.SlotInfo;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee key slots}: the public data of every slot. */
@Command(name = "slots", description = "List the ways to open a key file. Asks for no passphrase.")
public final class SlotListCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  /** In these surroundings. */
  public SlotListCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (Store opened = store.open()) {
      List<SlotInfo> slots = opened.keyFile().slots();
      results.print(() -> slots.stream().map(SlotTexts::json).toList(), () -> table(slots));
    }
    return Exit.OK.code();
  }

  private static String table(List<SlotInfo> slots) {
    StringBuilder text = new StringBuilder();
    for (SlotInfo slot : slots) {
      text.append(SlotTexts.line(slot)).append(System.lineSeparator());
    }
    return text.toString().stripTrailing();
  }
}
