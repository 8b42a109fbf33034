package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.Recipient;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee keyring show}: who is in it. */
@Command(
    name = "show",
    description = "Check a keyring, remember it, and say who is in it and what this device opens.")
public final class KeyringShowCommand implements Callable<Integer> {
  @Mixin KeyringOptions keyring;
  @Mixin Results results;

  /** In these surroundings. */
  public KeyringShowCommand(Surroundings surroundings) {
    this.keyring = new KeyringOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (LocalDevice local = keyring.device.open();
        Keyring opened = keyring.open(local)) {
      Recipient own = Recipient.of(local.identity().publicKeys());
      results.print(() -> KeyringText.json(opened), () -> KeyringText.text(opened, own));
    } catch (InvalidKeyException e) {
      throw KeyringOptions.failure(e);
    }
    return Exit.OK.code();
  }
}
