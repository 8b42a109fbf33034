package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.Recipient;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What {@code keyring add}, {@code remove} and {@code rotate} have in common. */
abstract class KeyringChangeCommand implements Callable<Integer> {
  @Mixin KeyringOptions keyring;
  @Mixin Results results;

  KeyringChangeCommand(Surroundings surroundings) {
    this.keyring = new KeyringOptions(surroundings);
    this.results = new Results(surroundings);
  }

  /** The change. */
  abstract KeyringChange change(Keyring opened, LocalDevice local);

  @Override
  public final Integer call() throws IOException {
    try (LocalDevice local = keyring.device.open();
        Keyring opened = keyring.open(local);
        KeyringChange change = change(opened, local);
        Keyring changed = keyring.publish(change)) {
      Recipient own = Recipient.of(local.identity().publicKeys());
      results.print(() -> KeyringText.json(changed), () -> KeyringText.text(changed, own));
    } catch (IllegalStateException e) {
      throw new Failure(Exit.CUSTODY, String.valueOf(e.getMessage()), "", e);
    } catch (InvalidKeyException e) {
      throw KeyringOptions.failure(e);
    }
    return Exit.OK.code();
  }

  /** A member by its key, or by the id of a device that this one knows. */
  static Recipient recipient(LocalDevice local, String named) {
    try {
      var known = local.registry().find(named);
      return known.isPresent() ? Recipient.of(known.get().keys()) : new Recipient(named);
    } catch (InvalidKeyException | IllegalArgumentException e) {
      throw Failure.usage(
          "MEMBER: neither a device that this one knows, nor a key that 'e2ee keyring keys' prints ("
              + e.getMessage()
              + ")",
          "");
    }
  }
}
