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
import dev.e2ee.cli.store.UsualItem;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.custody.file.Passphrase;
import dev.e2ee.custody.file.SlotInfo;
import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee key add-slot}: another way to open the same file. */
@Command(
    name = "add-slot",
    description = "Add a way to open a key file: another passphrase, a slot key, or a keychain.")
public final class SlotAddCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Mixin NewPassphraseOptions newPassphrase = new NewPassphraseOptions();

  @Option(names = "--raw", description = "A slot key in a file beside the key file, mode 0600.")
  boolean raw;

  @Option(
      names = "--slot-key",
      paramLabel = "FILE",
      description = "With --raw: where the slot key goes.")
  @Nullable Path slotKey;

  @Option(
      names = "--keychain",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "URI",
      description = {
        "An item of the operating system's keychain; without a URI, of service e2ee and the name of",
        "this user."
      })
  @Nullable String keychain;

  @Option(names = "--label", paramLabel = "TEXT", description = "What to call it.")
  @Nullable String label;

  /** In these surroundings. */
  public SlotAddCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (slotKey != null && !raw) {
      throw Failure.usage("--slot-key goes with --raw", "");
    }
    if (keychain != null && raw) {
      throw Failure.usage("--raw and --keychain are two different slots", "");
    }
    PassphraseSource next = newPassphrase.source("New passphrase");
    if (next.clashesWith(store.passphraseSource())) {
      throw Failure.usage("the old and the new passphrase need a descriptor each", "");
    }
    try (Store opened = store.openForChange()) {
      KeyFile file = opened.keyFile();
      opened.unlocked();
      if (keychain != null) {
        addKeychain(file, UsualItem.of(keychain));
      } else {
        SlotInfo added = raw ? addRaw(file) : addPassphrase(file, next);
        results.print(() -> SlotTexts.json(added), () -> "Added " + SlotTexts.line(added));
      }
    }
    return Exit.OK.code();
  }

  private void addKeychain(KeyFile file, CustodyUri item) {
    CustodyUri uri = item.withQuery("key-file", CustodyUri.parse(file.info().location()).path());
    NewSlot slot = Keychain.slot(uri, CustodyOptions.defaults().withInteraction(true));
    SlotInfo added = add(file, slot, item);
    results.print(
        () -> {
          Map<String, Object> json = SlotTexts.json(added);
          json.put("keys", uri.canonical());
          json.put("itemWasThere", slot.tookItem());
          return json;
        },
        () ->
            "Added "
                + SlotTexts.line(added)
                + "\nIt opens by: --keys '"
                + uri.canonical()
                + "'"
                + (slot.tookItem() ? "\n" + UsualItem.wasThere(item) : ""));
  }

  private SlotInfo add(KeyFile file, NewSlot slot, CustodyUri item) {
    try {
      return file.addSlot(labelled(slot));
    } catch (CustodyException e) {
      String same = "e2ee key add-slot --keys '" + store.uri().canonical() + "' --keychain=";
      throw UsualItem.explained(e, item, same);
    }
  }

  private SlotInfo addRaw(KeyFile file) {
    return file.addSlot(labelled(slotKey == null ? NewSlot.raw() : NewSlot.raw(slotKey)));
  }

  private SlotInfo addPassphrase(KeyFile file, PassphraseSource next) {
    char[] typed = next.readNew();
    try (SecretBytes passphrase = Passphrase.of(typed)) {
      return file.addSlot(labelled(NewSlot.passphrase(passphrase, Argon2Cost.DEFAULT)));
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  private NewSlot labelled(NewSlot slot) {
    return label == null ? slot : slot.labelled(label);
  }
}
