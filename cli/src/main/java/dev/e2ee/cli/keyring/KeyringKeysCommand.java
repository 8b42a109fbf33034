package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee keyring keys}: what others need of this device. */
@Command(
    name = "keys",
    description = {
      "Print this device's two public keys.",
      "By the first it is added to a keyring, by the second its signatures are trusted. Let"
          + " the others compare them with what you read to them."
    })
public final class KeyringKeysCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  /** In these surroundings. */
  public KeyringKeysCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (LocalDevice local = device.open()) {
      DevicePublicKeys own = local.identity().publicKeys();
      String member = Recipient.of(own).key();
      String signer = Signer.of(own).key();
      Map<String, Object> keys = new LinkedHashMap<>();
      keys.put("member", member);
      keys.put("signer", signer);
      results.print(
          () -> keys, () -> KeyKind.MEMBER.shown(member) + "\n" + KeyKind.SIGNER.shown(signer));
    } catch (InvalidKeyException e) {
      throw KeyringOptions.failure(e);
    }
    return Exit.OK.code();
  }
}
