package dev.e2ee.cli.slot;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.SlotInfo;
import dev.e2ee.custody.file.SlotType;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee key remove-slot}: one way less to open the file. */
@Command(
    name = "remove-slot",
    description = "Remove a way to open a key file; 'e2ee key slots' lists them.")
public final class SlotRemoveCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Parameters(paramLabel = "ID", description = "The slot's id or its first digits.")
  String slot = "";

  /** In these surroundings. */
  public SlotRemoveCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (Store opened = store.openForChange()) {
      KeyFile file = opened.keyFile();
      opened.unlocked();
      SlotInfo chosen = SlotChoice.of(file, slot);
      file.removeSlot(chosen.id());
      results.print(
          () -> SlotTexts.json(chosen),
          () ->
              "Removed "
                  + SlotTexts.line(chosen)
                  + System.lineSeparator()
                  + "It still opens old copies of the file: rotate the keys if its secret has"
                  + " leaked."
                  + (chosen.type() == SlotType.KEYCHAIN
                      ? " " + KeptItem.advice(chosen, file, opened.item())
                      : ""));
    }
    return Exit.OK.code();
  }
}
