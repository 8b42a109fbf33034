package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.Recipient;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What {@code keyring add}, {@code remove} and {@code rotate} have in common. */
abstract class KeyringChangeCommand implements Callable<Integer> {
  @Mixin KeyringOptions keyring;
  @Mixin ChangedKeyringOptions changed;
  @Mixin Results results;

  KeyringChangeCommand(Surroundings surroundings) {
    this.keyring = new KeyringOptions(surroundings);
    this.changed = new ChangedKeyringOptions(surroundings);
    this.results = new Results(surroundings);
  }

  /** The change. */
  abstract KeyringChange change(Keyring opened, LocalDevice local) throws IOException;

  @Override
  public final Integer call() throws IOException {
    changed.check();
    try (LocalDevice local = keyring.device.open();
        Keyring opened = keyring.open(local);
        KeyringChange change = change(opened, local)) {
      changed.write(local, keyring.collection, change, results);
    } catch (IllegalStateException e) {
      throw new Failure(Exit.CUSTODY, String.valueOf(e.getMessage()), "", e);
    }
    return Exit.OK.code();
  }

  /**
   * A member by its key, or by the id of a device that this one knows.
   *
   * @param states in which the device may be
   */
  static Recipient recipient(LocalDevice local, String named, Set<State> states) {
    try {
      Optional<DeviceRegistry.Entry> known = local.registry().find(named);
      if (known.isEmpty()) {
        return new Recipient(KeyKind.MEMBER.read(named));
      }
      State state = known.get().state();
      if (!states.contains(state)) {
        throw new Failure(
            Exit.CUSTODY,
            "the device '"
                + known.get().keys().shownId()
                + "' is "
                + state.toString().toLowerCase(Locale.ROOT)
                + " here",
            "'e2ee device list' shows them; add one that is active, or the key of another device.");
      }
      return Recipient.of(known.get().keys());
    } catch (InvalidKeyException | IllegalArgumentException e) {
      throw Failure.usage(
          "MEMBER: neither a device that this one knows, nor a key that 'e2ee keyring keys' prints ("
              + e.getMessage()
              + ")",
          "");
    }
  }
}
