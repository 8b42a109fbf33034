package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee keyring create}: a collection of this device's. */
@Command(
    name = "create",
    description = "Make a keyring with this device as its only member and its signer.")
public final class KeyringCreateCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin KeyringOptions keyring;
  @Mixin Results results;

  /** In these surroundings. */
  public KeyringCreateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.keyring = new KeyringOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    new Outputs(surroundings, false).check(keyring.file().toString());
    try (LocalDevice local = keyring.device.open();
        KeyringChange change =
            Keyring.create(keyring.collection, local.identity(), KeyringOptions.trust(local));
        Keyring made = keyring.publish(change)) {
      results.print(
          () -> KeyringText.json(made),
          () ->
              "Made "
                  + keyring.file()
                  + ", which goes to the server. Add members: e2ee keyring add "
                  + keyring.collection
                  + " KEY");
    } catch (InvalidKeyException e) {
      throw KeyringOptions.failure(e);
    } catch (IllegalStateException e) {
      throw new Failure(Exit.CUSTODY, String.valueOf(e.getMessage()), "", e);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("COLLECTION: " + e.getMessage(), "");
    }
    return Exit.OK.code();
  }
}
