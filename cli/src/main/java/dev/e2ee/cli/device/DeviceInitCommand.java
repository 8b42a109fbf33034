package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.store.Store;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.RecordContext;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee device init}: this device's own keys. */
@Command(
    name = "init",
    description = "Make this device's own keys, once, in a key store that 'e2ee init' has made.")
public final class DeviceInitCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "What this device is called among the user's, such as laptop.")
  String id = "";

  @Option(
      names = "--user",
      paramLabel = "ID",
      required = true,
      description = "Whose device it is; all devices of a user name the same.")
  String user = "";

  @Option(
      names = "--key",
      paramLabel = "NAME",
      defaultValue = "default",
      description = {
        "The key that the user's devices share: one that this store has, or the name that it will get",
        "when it arrives. Default: ${DEFAULT-VALUE}."
      })
  String key = "default";

  @Option(names = "--curve25519", description = "X25519 and Ed25519 instead of P-256 throughout.")
  boolean curve25519;

  @Option(
      names = "--force",
      description =
          "Throw the keys away that are there, whom the device knows and trusts, and its invites.")
  boolean force;

  /** In these surroundings. */
  public DeviceInitCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    KeyNames.check(key);
    if (key.equals(LocalDevice.SEALING_KEY)) {
      throw Failure.usage("--key: that name is the device's own", "");
    }
    try {
      RecordContext.of(user, "device", id);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--user and ID: " + e.getMessage(), "");
    }
    if ((user + id).indexOf('\n') >= 0) {
      throw Failure.usage("--user and ID are of one line each", "");
    }
    DeviceFolder folder = device.folder();
    if (folder.isUsed() && !force) {
      throw new Failure(
          Exit.IO,
          "this device has its keys already, in " + folder.directory(),
          "Other devices know it by them. --force throws them away.");
    }
    try (Store opened = device.store.openForChange()) {
      opened.unlocked();
      DevicePublicKeys made =
          LocalDevice.make(
              opened,
              folder,
              new Profile(id, user, key),
              curve25519 ? AgreementAlgorithm.X25519 : AgreementAlgorithm.P256,
              curve25519 ? SigningAlgorithm.ED25519 : SigningAlgorithm.ECDSA_P256);
      report(made, folder);
    }
    return Exit.OK.code();
  }

  private void report(DevicePublicKeys made, DeviceFolder folder) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", made.deviceId());
    json.put("user", user);
    json.put("key", key);
    json.put("agreement", made.agreementAlgorithm());
    json.put("signing", made.signingAlgorithm());
    json.put("directory", folder.directory());
    results.print(
        () -> json,
        () ->
            "Made the keys of device '"
                + made.shownId()
                + "' in "
                + folder.directory()
                + ", sealed by the key store; keep copies of both together. Where the key is not yet: e2ee"
                + " device request");
  }
}
