package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee device wrap}: the key in use for every other active device. */
@Command(
    name = "wrap",
    description = {
      "Wrap the generation in use for every other active device: after a rotation.",
      "With --older the generations before it too, for a device that came later: there they open",
      "what was not re-wrapped, and seal nothing."
    })
public final class DeviceWrapCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "Where the wraps go, a file for each device.")
  Path directory = Path.of("");

  @Option(names = "--older", description = "Wrap the older generations, too.")
  boolean older;

  /** In these surroundings. */
  public DeviceWrapCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    WrapsForOthers.prepare(directory);
    try (LocalDevice local = device.open()) {
      Map<String, String> written = WrapsForOthers.write(local, directory);
      List<Map<String, String>> before =
          older ? WrapsForOthers.writeOlder(local, directory) : List.of();
      results.print(
          () -> Map.of("wraps", written, "older", before),
          () ->
              "Wrapped for "
                  + written.size()
                  + " devices: "
                  + written.values()
                  + (before.isEmpty()
                      ? ""
                      : "; and "
                          + before.size()
                          + " older generations: "
                          + before.stream().map(Map::values).toList()
                          + ", to be taken with 'e2ee device accept --older'"));
    }
    return Exit.OK.code();
  }
}
