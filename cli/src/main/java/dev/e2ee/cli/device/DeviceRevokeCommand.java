package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee device revoke}: a device goes, and the key with it. */
@Command(
    name = "revoke",
    description = {
      "Revoke a device: nothing is wrapped for it any more, and nothing that it signs counts.",
      "Rotates the key, and wraps the new generation for every other active device. What the",
      "revoked device has, it keeps: re-wrap, and seal anew what must be out of its reach."
    })
public final class DeviceRevokeCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "ID", description = "The device, as 'device list' has it.")
  String id = "";

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "Where the wraps go, a file for each device.")
  Path directory = Path.of("");

  /** In these surroundings. */
  public DeviceRevokeCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    WrapsForOthers.prepare(directory);
    try (LocalDevice local = device.open()) {
      if (id.equals(local.identity().publicKeys().deviceId())) {
        throw Failure.usage("this is the device itself", "Revoke it from another one.");
      }
      local.store().primary(local.profile().keyName());
      try {
        local.registry().revoke(id);
      } catch (IllegalStateException e) {
        throw new Failure(
            Exit.CUSTODY,
            String.valueOf(e.getMessage()),
            "'e2ee device list' shows all; after a run that was cut off: e2ee"
                + " key list shows whether the key was rotated; then e2ee device wrap",
            e);
      }
      local.saveRegistry();
      KeyDescription made = local.store().custody().rotate(local.profile().keyName()).description();
      Map<String, String> written = WrapsForOthers.write(local, directory);
      report(made, written, local.identity().publicKeys().shownId());
    }
    return Exit.OK.code();
  }

  private void report(KeyDescription made, Map<String, String> written, String own) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("revoked", id);
    json.put("key", KeyTexts.json(made));
    json.put("wraps", written);
    results.print(
        () -> json,
        () ->
            "Revoked '"
                + id
                + "'. New records are sealed under "
                + KeyTexts.phrase(made)
                + ", which was wrapped for "
                + written.size()
                + " other devices "
                + written.values()
                + "; there: e2ee device accept FILE --from "
                + own
                + ". Re-wrap the old records: e2ee rewrap. Revoke it on every device that has approved it"
                + " or was approved by it, too.");
  }
}
