package dev.e2ee.cli.invite;

import dev.e2ee.cli.io.CommandGroup;
import picocli.CommandLine.Command;

/** {@code e2ee invite}: two devices meet by a code. */
@Command(
    name = "invite",
    description = {
      "Let two devices meet by a code, over a server that nobody trusts.",
      "Here 'create'; carry the code to the other device so that the server does not see"
          + " it; there 'accept', which writes a request. Then 'receive' each message where it"
          + " arrives: the request gives an answer, the answer a confirmation.",
      "A code that somebody else may have seen is ended by 'revoke'; 'list' says which"
          + " there are. The devices need keys of 'e2ee device init ID --user USER --curve25519'."
    })
public final class InviteCommand extends CommandGroup {
  /** For the command tree. */
  public InviteCommand() {}
}
