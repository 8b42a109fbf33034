package dev.e2ee.cli.invite;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee invite create}: a code for one device. */
@Command(name = "create", description = "Make an invite for one device, and show its code.")
public final class InviteCreateCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long it lives: 1 to 43200. Default: ${DEFAULT-VALUE}.")
  int minutes = 60;

  /** In these surroundings. */
  public InviteCreateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (LocalDevice local = device.open();
        Invite invite = Invite.createInvite(local.identity(), Duration.ofMinutes(minutes))) {
      InviteFolder folder = InviteFolder.of(local);
      List<KeptInvite> unused = folder.sweep(local, surroundings::tell);
      folder.save(local, invite);
      report(invite);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--minutes: " + e.getMessage(), "");
    }
    return Exit.OK.code();
  }

  private void report(Invite invite) {
    try (InviteCode code = invite.code()) {
      char[] text = code.text();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("code", new String(text));
      json.put("invite", HexFormat.of().formatHex(invite.inviteId()));
      json.put("expires", invite.expires());
      results.print(() -> json, () -> new String(text));
      Arrays.fill(text, '\0');
    }
    if (!results.json()) {
      surroundings.tell(
          "That is the code, until "
              + invite.expires()
              + " and for one device. Whoever sees it first can take that device's place: carry it"
              + " there so that the server does not see it, and type it at: e2ee invite accept -o"
              + " REQUEST");
    }
  }
}
