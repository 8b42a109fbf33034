package dev.e2ee.cli.invite;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteAcceptance;
import dev.e2ee.invite.InviteRefusedException;
import dev.e2ee.invite.Pairing;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.CustodyException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee invite receive}: the next step, whichever it is. */
@Command(
    name = "receive",
    description = {
      "Take a message of an invite: a request, an answer or a confirmation.",
      "At the end each device has the other's public keys, and a key that nobody else has."
    })
public final class InviteReceiveCommand implements Callable<Integer> {
  /** The longest message: an answer. */
  private static final int MOST = 17_679;

  private final Surroundings surroundings;

  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "FILE", description = "The message, or - .")
  String input = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the answer or the confirmation goes.")
  @Nullable String output;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = {
        "Keep the key that both devices have then in the key store, under this name: what one seals",
        "with it, the other opens."
      })
  @Nullable String key;

  @Option(names = "--force", description = "Replace an output file that is there.")
  boolean force;

  /** In these surroundings. */
  public InviteReceiveCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (key != null) {
      KeyNames.check(key);
    }
    byte[] message = Inputs.read(surroundings, input, MOST);
    byte[] id = InviteFolder.idOf(message, input);
    try (LocalDevice local = device.open()) {
      InviteFolder folder = InviteFolder.of(local);
      Optional<Invite> invite = folder.invite(local, id);
      if (invite.isPresent()) {
        try (Invite mine = invite.get()) {
          inviter(local, folder, mine, message);
        }
      } else {
        try (InviteAcceptance mine = folder.acceptance(local, id).orElseThrow(() -> notHere(id))) {
          accepter(local, folder, mine, message);
        }
      }
    } catch (InviteRefusedException | MalformedMessageException e) {
      throw refused(e);
    } catch (IllegalStateException e) { // nobody has accepted yet, or it has ended
      throw new Failure(Exit.CUSTODY, String.valueOf(e.getMessage()), "", e);
    }
    return Exit.OK.code();
  }

  private static Failure notHere(byte[] id) {
    return new Failure(
        Exit.CUSTODY,
        "this device has neither made nor accepted the invite " + HexFormat.of().formatHex(id),
        "Is it the message's right device?");
  }

  private Failure refused(GeneralSecurityException e) {
    boolean ended =
        e instanceof InviteRefusedException refused
            && refused.reason() == InviteRefusedException.Reason.USED;
    return new Failure(
        Exit.NOT_AUTHENTIC,
        input + ": " + e.getMessage(),
        ended ? "" : "The invite is as it was before.",
        e);
  }

  /** A request, until one was taken; then a confirmation. */
  private void inviter(LocalDevice local, InviteFolder folder, Invite mine, byte[] message)
      throws IOException, InviteRefusedException, MalformedMessageException {
    if (isConfirmation(message)) {
      try (Pairing pairing = mine.confirm(message)) {
        paired(local, pairing, null);
      }
      return;
    }
    String target = target("answer");
    try {
      mine.receive(message);
    } catch (InviteRefusedException e) {
      folder.save(local, mine); // it may have ended
      throw e;
    }
    folder.save(local, mine);
    new Outputs(surroundings, force).write(target, mine.answer());
    warnOfRevoked(local, mine.accepter());
    String accepter = mine.accepter().shownId();
    results.print(
        () -> Map.of("output", target, "device", mine.accepter().deviceId()),
        () ->
            "The device '"
                + accepter
                + "' has accepted. Send it "
                + target
                + ", and receive what it confirms.");
  }

  private static boolean isConfirmation(byte[] message) {
    return message[5] == 3;
  }

  private void accepter(
      LocalDevice local, InviteFolder folder, InviteAcceptance mine, byte[] message)
      throws IOException, InviteRefusedException, MalformedMessageException {
    String target = target("confirmation");
    try {
      mine.receive(message);
    } catch (InviteRefusedException e) {
      folder.save(local, mine);
      throw e;
    }
    folder.save(local, mine);
    new Outputs(surroundings, force).write(target, mine.confirmation());
    try (Pairing pairing = mine.pairing()) {
      paired(local, pairing, target);
    }
  }

  private String target(String what) {
    if (output == null) {
      throw Failure.usage("say where the " + what + " goes: -o FILE", "");
    }
    new Outputs(surroundings, force).check(output);
    return output;
  }

  private void paired(LocalDevice local, Pairing pairing, @Nullable String target) {
    boolean revoked = warnOfRevoked(local, pairing.peer());
    if (key != null) {
      keep(local, pairing, key);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("device", pairing.peer().deviceId());
    if (revoked) {
      json.put("revoked", true);
    }
    try {
      json.put("member", Recipient.of(pairing.peer()).key());
      json.put("signer", Signer.of(pairing.peer()).key());
    } catch (InvalidKeyException e) {
      json.put("member", null); // keys for other curves: no device for keyrings
    }
    if (key != null) {
      json.put("key", key);
    }
    if (target != null) {
      json.put("output", target);
    }
    results.print(
        () -> json,
        () -> text(json, pairing.peer().shownId()) + (key == null ? notKept(target) : ""));
  }

  /** The same message again brings the same key. */
  private String notKept(@Nullable String target) {
    return "\nThe key that both have now was not kept. To keep it: e2ee invite receive "
        + input
        + (target == null ? "" : " -o " + target + " --force")
        + " --key NAME";
  }

  /** Whether the peer has a key of a device that was revoked here; then a person is told. */
  private boolean warnOfRevoked(LocalDevice local, DevicePublicKeys peer) {
    boolean revoked =
        local.registry().list().stream()
            .filter(entry -> entry.state() == DeviceRegistry.State.REVOKED)
            .anyMatch(entry -> shareAKey(entry.keys(), peer));
    if (revoked) {
      surroundings.tell(
          "e2ee: '"
              + peer.shownId()
              + "' has a key of a device that was revoked here. Give it nothing, unless you know why"
              + " it is back.");
    }
    return revoked;
  }

  private static boolean shareAKey(DevicePublicKeys one, DevicePublicKeys other) {
    return Arrays.equals(one.signingKey(), other.signingKey())
        || Arrays.equals(one.agreementKey(), other.agreementKey());
  }

  private static String text(Map<String, Object> json, String shown) {
    return "Paired with the device '"
        + shown
        + "'"
        + json.entrySet().stream()
            .filter(e -> !Set.of("device", "revoked").contains(e.getKey()) && e.getValue() != null)
            .map(e -> "\n" + e.getKey() + ":" + e.getValue())
            .collect(Collectors.joining())
        + (json.get("member") == null
            ? ""
            : "\nFor a collection: e2ee keyring add COLLECTION member:..; to let it change one: e2ee"
                + " keyring pin COLLECTION signer:..");
  }

  /** A command that is repeated finds the key there. */
  private static void keep(LocalDevice local, Pairing pairing, String name) {
    try {
      local.store().custody().importKey(name, pairing.dataKey());
    } catch (CustodyException e) {
      if (e.kind() != CustodyException.Kind.CONFLICT) {
        throw e;
      }
      throw new Failure(
          Exit.CUSTODY,
          "the key was not kept: " + e.getMessage(),
          "If this message was received before, it is there: e2ee key list. Else give another --key.",
          e);
    }
  }
}
