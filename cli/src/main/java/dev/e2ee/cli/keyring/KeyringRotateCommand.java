package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code e2ee keyring rotate}. */
@Command(name = "rotate", description = "Begin a new epoch with a new key, for the same members.")
public final class KeyringRotateCommand extends KeyringChangeCommand {
  /** In these surroundings. */
  public KeyringRotateCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  KeyringChange change(Keyring opened, LocalDevice local) throws IOException {
    return opened.rotate();
  }
}
