package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.rewrap.RecordOptions;
import dev.e2ee.cli.rewrap.RecordRun;
import dev.e2ee.cli.rewrap.Tally;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee device revoke}: a device goes, and the key with it. */
@Command(
    name = "revoke",
    description = {
      "Revoke a device: nothing is wrapped for it any more, and nothing that it signs counts.",
      "Rotates the key, wraps the new generation for every other active device, and re-wraps the",
      "records of --records. A run that was cut off is simply repeated. What the revoked device",
      "has, it keeps: seal anew what must be out of its reach."
    })
public final class DeviceRevokeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin DeviceOptions device;
  @Mixin RecordOptions options = new RecordOptions();
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "ID", description = "The device, as 'device list' has it.")
  String id = "";

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "Where the wraps go, a file for each device.")
  Path directory = Path.of("");

  @Option(
      names = "--records",
      paramLabel = "PATH",
      description = {
        "Re-wrap these records too: an envelope, or a directory with all below.",
        "What they are bound to is said as for 'e2ee rewrap'."
      })
  @Nullable Path records;

  /** In these surroundings. */
  public DeviceRevokeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    RecordRun run =
        records == null
            ? null
            : RecordRun.of(surroundings, options, records, false, !results.json());
    WrapsForOthers.prepare(directory);
    try (LocalDevice local = device.open()) {
      if (id.equals(local.identity().publicKeys().deviceId())) {
        throw Failure.usage("this is the device itself", "Revoke it from another one.");
      }
      Store store = local.store();
      store.primary(local.profile().keyName());
      Revocation revocation = Revocation.begin(local, id);
      revocation.decide(local);
      KeyDescription key = store.primary(local.profile().keyName()).description();
      Map<String, String> written = WrapsForOthers.write(local, directory);
      Tally tally = run == null ? null : run.rewrap(store, store, null);
      Exit exit = tally == null ? Exit.OK : tally.exit();
      if (exit == Exit.OK) {
        revocation.end(local);
      }
      report(key, written, tally, local.identity().publicKeys().shownId());
      return exit.code();
    }
  }

  private void report(
      KeyDescription key, Map<String, String> written, @Nullable Tally tally, String own) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("revoked", id);
    json.put("key", KeyTexts.json(key));
    json.put("wraps", written);
    if (tally != null) {
      json.put("records", tally.json());
    }
    results.print(
        () -> json,
        () ->
            "Revoked '"
                + id
                + "'. New records are sealed under "
                + KeyTexts.phrase(key)
                + (written.isEmpty()
                    ? "; no other device is to have it. "
                    : ", which was wrapped for other devices: "
                        + written.values()
                        + "; there: e2ee device accept FILE --from "
                        + own
                        + ". ")
                + (tally == null
                    ? "Re-wrap the old records: e2ee rewrap."
                    : "Records: " + tally.text())
                + " Revoke it on every device that has approved it or was approved by it, too.");
  }
}
