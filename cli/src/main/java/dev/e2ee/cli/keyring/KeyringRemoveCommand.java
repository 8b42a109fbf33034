package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.Signer;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring remove}. */
@Command(
    name = "remove",
    description = {
      "Remove a member: a new epoch with a new key for the others.",
      "What was sealed before opens with the keys that it has had, although this program"
          + " refuses; seal anew what matters. One that is pinned as signer must be unpinned on"
          + " every device: e2ee keyring pin COLLECTION KEY --remove."
    })
public final class KeyringRemoveCommand extends KeyringChangeCommand {
  private final Surroundings surroundings;

  @Parameters(
      index = "1",
      paramLabel = "MEMBER",
      description = "The key that 'e2ee keyring keys' prints there, or the id of a known device.")
  String member = "";

  /** In these surroundings. */
  public KeyringRemoveCommand(Surroundings surroundings) {
    super(surroundings);
    this.surroundings = surroundings;
  }

  @Override
  KeyringChange change(Keyring opened, LocalDevice local) throws IOException {
    KeyringChange change = opened.remove(recipient(local, member, Set.of(State.values())));
    tellOfSigners(opened.collection(), local);
    return change;
  }

  /** Nobody knows which of them is the member's: the two keys of a device are not traceable. */
  private void tellOfSigners(String collection, LocalDevice local) throws IOException {
    String own = HexFormat.of().formatHex(local.identity().publicKeys().signingKey());
    String others =
        KeyringOptions.trust(local).find(collection).map(CollectionTrust::signers).stream()
            .flatMap(Set::stream)
            .map(Signer::key)
            .filter(key -> !key.equals(own))
            .map(KeyKind.SIGNER::shown)
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      surroundings.tell(
          "Signers that stay pinned here: "
              + others
              + ". If the removed one is among them, on every device: e2ee keyring pin "
              + collection
              + " KEY --remove");
    }
  }
}
