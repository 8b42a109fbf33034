package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where a changed keyring goes, before a server has it. */
final class ChangedKeyringOptions {
  private final Surroundings surroundings;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "NEW",
      required = true,
      description = "Where the changed keyring goes, for the server.")
  String output = "";

  @Option(names = "--force", description = "Replace an output file that is there.")
  boolean force;

  ChangedKeyringOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  private Outputs outputs() {
    return new Outputs(surroundings, force);
  }

  /** Fails early when it cannot be written. */
  void check() {
    outputs().check(output);
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
    PendingChange.of(local, collection).keep(document);
    outputs().write(output, document);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("collection", collection);
    json.put("output", output);
    results.print(
        () -> json,
        () ->
            "Wrote "
                + output
                + ". Let the server take it in the place of the keyring that it was made from, and of"
                + " no other. If it has: e2ee keyring published "
                + collection
                + " "
                + output
                + ". If it has another one by now, fetch that, and make the change again.");
  }
}
