package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.FileTrustStore;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring forget}: the way out when this device has seen what the server has not. */
@Command(
    name = "forget",
    description = {
      "Forget whom this device trusts with a collection, and what it has seen.",
      "For when 'published' was said of a change that the server did not take, or another"
          + " collection's keyring was taken for this one's. Until a keyring is opened anew an old"
          + " one is not told from the newest: ask another member which revision it sees. No key"
          + " is lost."
    })
public final class KeyringForgetCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "COLLECTION", description = "The collection's name.")
  String collection = "";

  @Option(names = "--yes", description = "Really do it.")
  boolean yes;

  /** In these surroundings. */
  public KeyringForgetCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (!yes) {
      throw Failure.usage(
          "after it this device takes an old keyring of "
              + collection
              + " as well as the newest, until it has opened one",
          "If the server's is the right one, say --yes; then compare and pin the signers anew.");
    }
    try (LocalDevice local = device.open()) {
      boolean known = FileTrustStore.open(local.trust()).forget(collection);
      results.print(
          () -> Map.of("collection", collection, "forgotten", known),
          () ->
              known
                  ? "Forgotten. Now: e2ee keyring pin " + collection + " KEY"
                  : "Nothing was known of " + collection + ".");
    } catch (IllegalArgumentException e) {
      throw Failure.usage("COLLECTION: " + e.getMessage(), "");
    }
    return Exit.OK.code();
  }
}
