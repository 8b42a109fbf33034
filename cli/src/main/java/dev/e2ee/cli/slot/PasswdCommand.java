package dev.e2ee.cli.slot;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.NewPassphraseOptions;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.Passphrase;
import dev.e2ee.custody.file.SlotInfo;
import dev.e2ee.spi.SecretBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee key passwd}: another passphrase for the same keys. */
@Command(name = "passwd", description = "Change the passphrase of a key file.")
public final class PasswdCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Mixin NewPassphraseOptions newPassphrase = new NewPassphraseOptions();

  @Option(
      names = "--slot",
      paramLabel = "ID",
      description = "Which slot, when several have a passphrase; 'e2ee key slots' shows ids.")
  @Nullable String slot;

  /** In these surroundings. */
  public PasswdCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    PassphraseSource next = newPassphrase.source("New passphrase");
    if (next.clashesWith(store.passphraseSource())) {
      throw Failure.usage("the old and the new passphrase need a descriptor each", "");
    }
    try (Store opened = store.openForChange()) {
      KeyFile file = opened.keyFile();
      opened.unlocked();
      change(file, next);
      results.print(
          () -> Map.of("changed", true),
          () ->
              "Changed the passphrase. An old copy of the file still opens with the old one:"
                  + " delete such copies, and rotate the keys if the old passphrase has leaked.");
    }
    return Exit.OK.code();
  }

  private void change(KeyFile file, PassphraseSource next) {
    char[] typed = next.readNew();
    try (SecretBytes passphrase = Passphrase.of(typed)) {
      if (slot == null) {
        file.changePassphrase(passphrase);
      } else {
        SlotInfo chosen = SlotChoice.of(file, slot);
        file.changePassphrase(chosen.id(), passphrase, chosen.cost().orElse(Argon2Cost.DEFAULT));
      }
    } finally {
      Arrays.fill(typed, '\0');
    }
  }
}
