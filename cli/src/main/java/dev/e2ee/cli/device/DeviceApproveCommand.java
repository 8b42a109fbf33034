package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DeviceApproval;
import dev.e2ee.key.UserMasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee device approve}: the side of a handshake that has the key. */
@Command(
    name = "approve",
    description = {
      "On a device that has the key: answer a request, and later approve the new device.",
      "A REQUEST is answered with an offer. A REVEAL shows the fingerprint; with --fingerprint, as a",
      "person has read it from the new device, it is answered with the key, wrapped for that device."
    })
public final class DeviceApproveCommand implements Callable<Integer> {
  private static final String REASON = "approval of a device";

  @Mixin DeviceOptions device;
  @Mixin Results results;
  @Mixin MessageOptions message;

  @Parameters(index = "0", paramLabel = "FILE", description = "What the new device has sent.")
  String input = "";

  /** In these surroundings. */
  public DeviceApproveCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
    this.message = new MessageOptions(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    byte[] bytes = message.read(input);
    MessageKind kind = MessageKind.of(input, bytes);
    if (kind != MessageKind.REQUEST && kind != MessageKind.REVEAL) {
      throw Failure.usage(
          input + " is for 'device accept': its kind is " + kind, "Run that on the new device.");
    }
    try (LocalDevice local = device.open()) {
      if (kind == MessageKind.REQUEST) {
        offer(local, bytes);
      } else {
        approve(local, bytes);
      }
    } catch (GeneralSecurityException e) {
      throw LocalDevice.refused(
          input,
          e,
          "Begin anew on the new device: e2ee device request --force. If it was revoked: device init.");
    }
    return Exit.OK.code();
  }

  private void offer(LocalDevice local, byte[] request)
      throws IOException, GeneralSecurityException {
    String target = message.target(input, ".offer");
    message.checkTarget(target);
    DeviceApproval approval = started(local, request);
    local.folder().write(DeviceFolder.APPROVAL, approval.save(local.envelope()));
    message.write(target, approval.offer());
    results.print(
        () -> Map.of("output", target),
        () -> "Wrote " + target + ". On the new device: e2ee device accept " + target);
  }

  private static DeviceApproval started(LocalDevice local, byte[] request)
      throws GeneralSecurityException {
    try (UserMasterKey umk = local.takeOut(REASON)) {
      return DeviceApproval.start(
          local.identity(), local.profile().userId(), umk, local.registry(), request);
    }
  }

  private void approve(LocalDevice local, byte[] reveal)
      throws IOException, GeneralSecurityException {
    byte[] saved =
        local
            .folder()
            .require(DeviceFolder.APPROVAL, "Answer a request first: e2ee device approve");
    DeviceApproval approval =
        DeviceApproval.resume(local.identity(), local.registry(), local.envelope(), saved);
    approval.receive(reveal);
    if (message.fingerprint == null) {
      show(approval);
      return;
    }
    String target = message.target(input, ".approval");
    message.checkTarget(target);
    local.folder().delete(DeviceFolder.APPROVAL); // right or wrong, it is decided now
    DeviceApproval.Approved approved;
    try (UserMasterKey umk = local.takeOut(REASON)) {
      approved = approval.approve(message.fingerprint, umk);
    }
    local.saveRegistry();
    message.write(target, approved.message());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("approved", true);
    json.put("device", approved.device().deviceId());
    json.put("output", target);
    results.print(
        () -> json,
        () ->
            "Approved '"
                + approved.device().shownId()
                + "'. Wrote "
                + target
                + ". On the new device: e2ee device accept "
                + target
                + " --fingerprint XXXX-XXXX-XXXX-XXXX");
  }

  private void show(DeviceApproval approval) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("approved", false);
    json.put("device", approval.device().deviceId());
    json.put("fingerprint", approval.fingerprint().toString());
    results.print(
        () -> json,
        () ->
            approval.fingerprint()
                + "\nNothing is approved yet. The new device, which calls itself '"
                + approval.device().shownId()
                + "', must show the same: 'e2ee fingerprint' there. If it does, run this again with"
                + " --fingerprint and what that screen shows. If it does not, somebody is between"
                + " the two.");
  }
}
