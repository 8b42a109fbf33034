package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DeviceJoin;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2ee fingerprint}: what people compare, on the new device. */
@Command(
    name = "fingerprint",
    description = "On a new device that has taken an offer: what both devices must show.")
public final class FingerprintCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  /** In these surroundings. */
  public FingerprintCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    try (LocalDevice local = device.open()) {
      byte[] saved =
          local.folder().require(DeviceFolder.JOIN, "Ask for a key: e2ee device request");
      DeviceJoin join =
          DeviceJoin.resume(local.identity(), local.registry(), local.envelope(), saved);
      if (!join.hasOffer()) {
        throw new Failure(Exit.IO, "there is no offer yet", "Take it: e2ee device accept OFFER");
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("device", join.approver().deviceId());
      json.put("fingerprint", join.fingerprint().toString());
      results.print(() -> json, () -> join.fingerprint().toString());
    } catch (IllegalStateException e) {
      throw new Failure(Exit.IO, "there is no offer yet", "Take it: e2ee device accept OFFER", e);
    } catch (GeneralSecurityException e) {
      throw LocalDevice.refused("the handshake", e, "Begin anew with: e2ee device request");
    }
    return Exit.OK.code();
  }
}
