package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring create}: a collection of this device's. */
@Command(
    name = "create",
    description = "Make a keyring with this device as its only member and its signer.")
public final class KeyringCreateCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin ChangedKeyringOptions changed;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "COLLECTION", description = "The collection's name.")
  String collection = "";

  /** In these surroundings. */
  public KeyringCreateCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.changed = new ChangedKeyringOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    changed.check();
    try (LocalDevice local = device.open();
        KeyringChange change =
            Keyring.create(collection, local.identity(), KeyringOptions.trust(local))) {
      changed.write(local, collection, change, results);
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
