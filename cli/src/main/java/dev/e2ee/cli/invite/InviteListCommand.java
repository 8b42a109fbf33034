package dev.e2ee.cli.invite;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee invite list}: what this device keeps of invites. */
@Command(
    name = "list",
    description = {
      "List the invites that this device has made or accepted.",
      "What nothing comes of any more is deleted: one that was made here and not used, or has"
          + " ended, when it has expired; any other 30 days later. Until then its file holds the"
          + " code."
    })
public final class InviteListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin DeviceOptions device;
  @Mixin Results results;

  /** In these surroundings. */
  public InviteListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (LocalDevice local = device.open()) {
      InviteFolder folder = InviteFolder.of(local);
      List<KeptInvite> kept = folder.sweep(local, surroundings::tell);
      results.print(
          () -> kept.stream().map(KeptInvite::json).toList(),
          () ->
              kept.isEmpty()
                  ? "no invite"
                  : kept.stream().map(KeptInvite::line).collect(Collectors.joining("\n")));
    }
    return Exit.OK.code();
  }
}
