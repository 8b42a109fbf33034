package dev.e2ee.cli.store;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.keychain.Keychain;
import dev.e2ee.spi.key.KeyDescription;
import java.util.List;

/** The keys of a store as a table for people. */
public final class KeyTable {
  private KeyTable() {}

  /** A line for each generation. */
  public static String of(Store store, List<KeyDescription> keys) {
    if (keys.isEmpty()) {
      return "There are no keys; make one with 'e2ee key generate NAME'.";
    }
    boolean file = store.custody() instanceof KeyFile || store.custody() instanceof Keychain;
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

  private static String residency(KeyDescription key) {
    return switch (key.residency()) {
      case HARDWARE -> "in a device, not extractable";
      case ISOLATED -> "in a token, not extractable; it does not say that it is a device";
      case MEMORY -> "encrypted at rest, in memory while unlocked";
    };
  }
}
