package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee device wrap}: the key in use for every other active device. */
@Command(
    name = "wrap",
    description = "Wrap the generation in use for every other active device: after a rotation.")
public final class DeviceWrapCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "Where the wraps go, a file for each device.")
  Path directory = Path.of("");

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
      results.print(
          () -> Map.of("wraps", written),
          () -> "Wrapped for " + written.size() + " devices: " + written.values());
    }
    return Exit.OK.code();
  }
}
