package dev.e2ee.cli.keyring;

import dev.e2ee.cli.io.CommandGroup;
import picocli.CommandLine.Command;

/** {@code e2ee keyring}: what the members of a group share. */
@Command(
    name = "keyring",
    description = {
      "Share a collection with others, over a server that nobody trusts.",
      "Its keyring is a file that goes to every member. First 'e2ee device init ID --user"
          + " USER --curve25519' on each device, then 'e2ee keyring keys' there; compare the keys,"
          + " and 'e2ee keyring pin' the owner's signing key.",
      "A change is made in two steps: it is written to a file for the server; 'published'"
          + " says that the server has it. Of two changes of one keyring the server must take one"
          + " only, by compare-and-set."
    })
public final class KeyringCommand extends CommandGroup {
  /** For the command tree. */
  public KeyringCommand() {}
}
