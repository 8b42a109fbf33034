package dev.e2ee.cli.invite;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.invite.Invite;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee invite revoke}: nothing more comes of an invite. */
@Command(
    name = "revoke",
    description = {
      "End an invite that this device has made: its code is worth nothing from then on.",
      "A device that was paired by it before has the key of both; take back what you gave it."
    })
public final class InviteRevokeCommand implements Callable<Integer> {
  private static final String ENDED_BEFORE =
      "The invite had ended before: it was revoked, or two devices had its code. Nothing was"
          + " changed; who was paired by it is not kept.";

  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "INVITE", description = "Its id, as 'invite list' has it.")
  String id = "";

  /** In these surroundings. */
  public InviteRevokeCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (!id.matches("[0-9a-f]{32}")) {
      throw Failure.usage("INVITE is the 32 hex digits that 'e2ee invite list' shows", "");
    }
    try (LocalDevice local = device.open()) {
      InviteFolder folder = InviteFolder.of(local);
      try (Invite invite =
          folder
              .invite(local, HexFormat.of().parseHex(id))
              .orElseThrow(
                  () ->
                      new Failure(
                          Exit.CUSTODY,
                          "this device has made no invite " + id,
                          "'e2ee invite list' shows them; the device that made it revokes it."))) {
        boolean ended = invite.isEnded();
        String accepter = invite.isTaken() ? invite.accepter().shownId() : "";
        // [invite-17]
        if (!ended) {
          invite.revoke();
          folder.save(local, invite);
        }
        results.print(
            () -> Map.of("invite", id, "accepter", accepter, "alreadyEnded", ended),
            () -> ended ? ENDED_BEFORE : text(accepter));
      }
    }
    return Exit.OK.code();
  }

  private static String text(String accepter) {
    return accepter.isEmpty()
        ? "The invite has ended."
        : "The invite has ended. '"
            + accepter
            + "' has accepted it before, and has a key: if you have used what it brought, take it"
            + " back.";
  }
}
