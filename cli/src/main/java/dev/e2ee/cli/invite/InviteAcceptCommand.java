package dev.e2ee.cli.invite;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.cli.transfer.OutputOptions;
import dev.e2ee.invite.InvalidInviteCodeException;
import dev.e2ee.invite.InviteAcceptance;
import dev.e2ee.invite.InviteCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee invite accept}: the first message, to who has made the invite. */
@Command(
    name = "accept",
    description = "Accept an invite by its code: writes a request for who has made it.")
public final class InviteAcceptCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin DeviceOptions device;
  @Mixin OutputOptions output;
  @Mixin Results results;

  @Option(
      names = "--code-file",
      paramLabel = "FILE",
      description = "Read the code from FILE; without an option it is asked for.")
  @Nullable Path codeFile;

  @Option(
      names = "--code-fd",
      paramLabel = "N",
      description = "Read the code from the open file descriptor N.")
  @Nullable Integer codeDescriptor;

  /** In these surroundings. */
  public InviteAcceptCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.output = new OutputOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    output.check();
    try (InviteCode code = code();
        LocalDevice local = device.open();
        InviteAcceptance acceptance = acceptance(local, code)) {
      output.write(acceptance.request());
      String id = HexFormat.of().formatHex(acceptance.inviteId());
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("invite", id);
      json.put("output", output.name());
      results.print(
          () -> json,
          () ->
              "Send "
                  + output.name()
                  + " to the other device, for: e2ee invite receive. Invite "
                  + id);
    }
    return Exit.OK.code();
  }

  /** The one request of this device: one that was begun before goes on. */
  private InviteAcceptance acceptance(LocalDevice local, InviteCode code) throws IOException {
    InviteFolder folder = InviteFolder.of(local);
    List<KeptInvite> unused = folder.sweep(local, surroundings::tell);
    InviteAcceptance made = InviteAcceptance.acceptInvite(local.identity(), code);
    boolean saved = false;
    try {
      if (folder.hasMade(made.inviteId())) {
        throw new Failure(
            Exit.CUSTODY,
            "this device has made the invite itself",
            "Type the code on the other device: e2ee invite accept -o FILE");
      }
      // [invite-14]
      Optional<InviteAcceptance> before = folder.acceptance(local, made.inviteId());
      if (before.isPresent()) {
        return goingOn(before.get());
      }
      folder.save(local, made);
      saved = true;
      return made;
    } finally {
      if (!saved) {
        made.close();
      }
    }
  }

  private static InviteAcceptance goingOn(InviteAcceptance before) {
    if (before.isEnded()) {
      before.close();
      throw new Failure(
          Exit.CUSTODY, "this invite has ended: two have answered it", "Ask for a new one.");
    }
    return before;
  }

  private InviteCode code() {
    char[] typed =
        PassphraseSource.of("--code", codeFile, codeDescriptor, "Code of the invite").read();
    try {
      return InviteCode.parse(typed);
    } catch (InvalidInviteCodeException e) {
      throw new Failure(
          Exit.LOCKED, String.valueOf(e.getMessage()), "Nothing was tried with it.", e);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }
}
