package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring add}. */
@Command(
    name = "add",
    description =
        "Add a member to the current epoch: it opens what is sealed from then on, and in this"
            + " epoch before.")
public final class KeyringAddCommand extends KeyringChangeCommand {
  @Parameters(
      index = "1",
      paramLabel = "MEMBER",
      description = "The key that 'e2ee keyring keys' prints there, or the id of a known device.")
  String member = "";

  /** In these surroundings. */
  public KeyringAddCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  KeyringChange change(Keyring opened, LocalDevice local) throws IOException {
    return opened.add(recipient(local, member, Set.of(State.ACTIVE)));
  }
}
