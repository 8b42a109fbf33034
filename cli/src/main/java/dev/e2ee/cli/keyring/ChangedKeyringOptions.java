package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.OutputOptions;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** Where a changed keyring goes, before a server has it. */
final class ChangedKeyringOptions {
  @Mixin OutputOptions output;

  ChangedKeyringOptions(Surroundings surroundings) {
    this.output = new OutputOptions(surroundings);
  }

  /** Fails early when it cannot be written. */
  void check() {
    output.check();
  }

  /** Keeps that the change was made here, writes it, and says what comes next. */
  void write(LocalDevice local, String collection, KeyringChange change, Results results)
      throws IOException {
    byte[] document;
    try {
      document = change.document();
    } catch (KeyringFormatException e) {
      throw KeyringOptions.failure(e);
    }
    // [keyring-17]
    PendingChanges.of(local, collection).keep(document);
    output.write(document);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("collection", collection);
    json.put("output", output.name());
    results.print(
        () -> json,
        () ->
            "Wrote "
                + output.name()
                + ". Let the server take it in the place of the keyring that it was made from, and of"
                + " no other. If it has: e2ee keyring published "
                + collection
                + " "
                + output.name()
                + ". If it has another one by now, fetch that, and make the change again.");
  }
}
