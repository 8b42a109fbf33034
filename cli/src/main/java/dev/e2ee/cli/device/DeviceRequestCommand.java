package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.device.DeviceJoin;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee device request}: the first message of a handshake. */
@Command(
    name = "request",
    description = "On a new device: ask for the user's key. A request before it is forgotten.")
public final class DeviceRequestCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "device.request",
      description = "Where the request goes. Default: ${DEFAULT-VALUE}.")
  String output = "device.request";

  @Option(names = "--force", description = "Replace a file that is there.")
  boolean force;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public DeviceRequestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Outputs outputs = new Outputs(surroundings, force);
    outputs.check(output);
    try (LocalDevice local = device.open()) {
      if (local.newestGeneration() > 0) {
        throw new Failure(
            Exit.CUSTODY,
            "this store has the key '" + local.profile().keyName() + "' already",
            "If it is another one than is to come: make a key store with a key of another name ('e2ee"
                + " init --name own'), or say under which name the other one is to come: e2ee device"
                + " init ID --user USER --key NAME --force; then seal with --key NAME.");
      }
      DeviceJoin join =
          DeviceJoin.start(local.identity(), local.profile().userId(), local.registry());
      local.folder().write(DeviceFolder.JOIN, join.save(local.envelope()));
      outputs.write(output, join.request());
      results.print(
          () -> Map.of("output", output),
          () ->
              "Wrote " + output + ". On a device that has the key: e2ee device approve " + output);
    }
    return Exit.OK.code();
  }
}
