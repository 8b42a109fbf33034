package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring remove}. */
@Command(
    name = "remove",
    description = {
      "Remove a member: a new epoch with a new key for the others. What was sealed before opens with the",
      "keys that it has had, although this program refuses; seal anew what matters. One that is pinned as signer must be unpinned on every device:",
      "e2ee keyring pin COLLECTION KEY --remove."
    })
public final class KeyringRemoveCommand extends KeyringChangeCommand {
  @Parameters(
      index = "1",
      paramLabel = "MEMBER",
      description = "The key that 'e2ee keyring keys' prints there, or the id of a known device.")
  String member = "";

  /** In these surroundings. */
  public KeyringRemoveCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  KeyringChange change(Keyring opened, LocalDevice local) {
    return opened.remove(recipient(local, member, Set.of(State.values())));
  }
}
