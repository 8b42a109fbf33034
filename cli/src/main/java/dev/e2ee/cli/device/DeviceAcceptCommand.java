package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.device.DeviceJoin;
import dev.e2ee.device.DeviceWrap;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee device accept}: the side of a handshake that gets the key. */
@Command(
    name = "accept",
    description = {
      "On a new device: take an offer, and later the key. On any device: take a new generation.",
      "An OFFER is answered with this device's keys. An APPROVAL, with --fingerprint as a person has",
      "read it from the other device, brings the key. A wrap of 'device revoke' or 'device wrap'",
      "brings a new generation: --from says which device made it."
    })
public final class DeviceAcceptCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;
  @Mixin MessageOptions message;

  @Parameters(index = "0", paramLabel = "FILE", description = "What the other device has sent.")
  String input = "";

  @Option(names = "--from", paramLabel = "DEVICE", description = "Which device made the wrap.")
  @Nullable String from;

  @Option(
      names = "--older",
      description = "Take a generation older than this device's: it opens, and seals nothing.")
  boolean older;

  /** In these surroundings. */
  public DeviceAcceptCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
    this.message = new MessageOptions(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    byte[] bytes = message.read(input);
    MessageKind kind = MessageKind.of(input, bytes);
    if (kind == MessageKind.WRAP && from == null) {
      throw Failure.usage(
          "a wrap needs --from: which device made it",
          "'e2ee device list' shows whom this one knows.");
    }
    if (kind != MessageKind.WRAP && older) {
      throw Failure.usage("--older is for a wrap; this is " + kind, "");
    }
    try (LocalDevice local = device.open()) {
      switch (kind) {
        case OFFER -> takeOffer(local, bytes);
        case APPROVAL -> takeApproval(local, bytes);
        case WRAP -> takeWrap(local, bytes);
        case REQUEST, REVEAL ->
            throw Failure.usage(
                input + " is for 'device approve': its kind is " + kind,
                "Run that on the device that has the key.");
      }
    } catch (GeneralSecurityException e) {
      throw LocalDevice.refused(
          input,
          e,
          kind == MessageKind.WRAP
              ? "It must be made for this device by the one that --from names; 'e2ee device list'. An"
                  + " older generation than this device's is taken with --older."
              : "Begin anew with: e2ee device request");
    }
    return Exit.OK.code();
  }

  private DeviceJoin pending(LocalDevice local) throws IOException, GeneralSecurityException {
    byte[] saved =
        local.folder().require(DeviceFolder.JOIN, "Ask for the key first: e2ee device request");
    return DeviceJoin.resume(local.identity(), local.registry(), local.envelope(), saved);
  }

  private void takeOffer(LocalDevice local, byte[] offer)
      throws IOException, GeneralSecurityException {
    String target = message.target(input, ".reveal");
    message.checkTarget(target);
    DeviceJoin join = pending(local);
    join.receive(offer);
    // What was taken is kept before anything of this device is shown: [device-16].
    local.folder().write(DeviceFolder.JOIN, join.save(local.envelope()));
    message.write(target, join.reveal());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("output", target);
    json.put("device", join.approver().deviceId());
    json.put("fingerprint", join.fingerprint().toString());
    results.print(
        () -> json,
        () ->
            join.fingerprint()
                + "\nWrote "
                + target
                + ". The other device, which calls itself '"
                + join.approver().shownId()
                + "', must show the same when it gets that: e2ee device approve "
                + target);
  }

  private void takeApproval(LocalDevice local, byte[] approval)
      throws IOException, GeneralSecurityException {
    DeviceJoin join = pending(local);
    if (!join.hasOffer()) {
      throw new Failure(
          Exit.IO,
          "there is no offer yet: this is of another handshake",
          "Accept the offer first.");
    }
    if (message.fingerprint == null) {
      throw Failure.usage(
          "nothing was accepted: this device shows " + join.fingerprint(),
          "If the other device shows the same, run this again with --fingerprint and what its"
              + " screen shows.");
    }
    if (!join.fingerprint().matches(message.fingerprint)) {
      local.folder().delete(DeviceFolder.JOIN);
    }
    join.confirm(message.fingerprint);
    DeviceJoin.Joined joined = join.finish(approval, local.newestGeneration());
    try (UserMasterKey umk = joined.umk()) {
      KeyDescription made = local.bringIn(umk);
      local.saveRegistry();
      local.folder().delete(DeviceFolder.JOIN);
      report(made, joined.approver().shownId());
    }
  }

  private void takeWrap(LocalDevice local, byte[] wrap)
      throws IOException, GeneralSecurityException {
    String sender = String.valueOf(from);
    try (UserMasterKey umk =
        DeviceWrap.unwrap(
            wrap,
            local.profile().userId(),
            local.identity(),
            local.registry().approver(sender),
            older ? 0 : local.newestGeneration())) {
      if (older && umk.generation() > local.newestGeneration()) {
        throw Failure.usage(
            "generation " + umk.generation() + " is newer than this device's",
            "Take it without --older.");
      }
      report(local.bringIn(umk), sender);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new Failure(
          Exit.CUSTODY,
          String.valueOf(e.getMessage()),
          "'e2ee device list' shows whom it knows.",
          e);
    }
  }

  private void report(KeyDescription made, String sender) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("from", sender);
    json.put("key", KeyTexts.json(made));
    results.print(
        () -> json,
        () ->
            "Brought in "
                + KeyTexts.phrase(made)
                + ", from device '"
                + sender
                + "'. "
                + (made.state() == KeyState.PRIMARY
                    ? "Seal with: e2ee seal FILE --key " + made.name()
                    : "It opens what was sealed under it, and seals nothing."));
  }
}
