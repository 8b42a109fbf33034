package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DeviceRegistry.Entry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee device list}: whom this device knows. */
@Command(name = "list", description = "The devices that this one knows, itself first.")
public final class DeviceListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin DeviceOptions device;
  @Mixin Results results;

  /** In these surroundings. */
  public DeviceListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (LocalDevice local = device.open()) {
      String own = local.identity().publicKeys().deviceId();
      List<Entry> entries = local.registry().list();
      Revocation.pending(local)
          .ifPresent(
              pending ->
                  surroundings.tell(
                      "e2ee: a revocation is not finished: e2ee device revoke '"
                          + pending.deviceId()
                          + "'"));
      results.print(
          () -> entries.stream().map(entry -> json(entry, own)).toList(),
          () -> entries.stream().map(entry -> line(entry, own)).collect(Collectors.joining("\n")));
    }
    return Exit.OK.code();
  }

  private static Map<String, Object> json(Entry entry, String own) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", entry.keys().deviceId());
    json.put("state", entry.state());
    json.put("since", entry.since());
    json.put("agreement", entry.keys().agreementAlgorithm());
    json.put("signing", entry.keys().signingAlgorithm());
    json.put("self", entry.keys().deviceId().equals(own));
    return json;
  }

  private static String line(Entry entry, String own) {
    String id = entry.keys().deviceId();
    return String.format(
        "%-8s since %s  %s%s",
        entry.state().toString().toLowerCase(Locale.ROOT),
        entry.since(),
        entry.keys().shownId(),
        id.equals(own) ? "  (this one)" : "");
  }
}
