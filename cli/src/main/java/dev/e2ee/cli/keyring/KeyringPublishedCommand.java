package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring published}: the second step of every change. */
@Command(
    name = "published",
    description = {
      "Say that the server has a keyring that this device changed.",
      "It is remembered, and sealed with from now on. Not before: of two changes at once,"
          + " the server takes one."
    })
public final class KeyringPublishedCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "COLLECTION", description = "The collection's name.")
  String collection = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The keyring that the server took.")
  String input = "";

  /** In these surroundings. */
  public KeyringPublishedCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    byte[] document = KeyringOptions.read(surroundings, input);
    try (LocalDevice local = device.open()) {
      PendingChanges pending = PendingChanges.of(local, collection);
      if (!pending.has(document)) {
        throw new Failure(
            Exit.CUSTODY,
            input + " is no change of that collection that was made here and waits for a server",
            "Another device's is simply opened, such as by: e2ee keyring show");
      }
      pinOwn(local);
      try (Keyring opened = KeyringOptions.open(local, collection, document)) {
        pending.forget();
        Recipient own = Recipient.of(local.identity().publicKeys());
        results.print(() -> KeyringText.json(opened), () -> KeyringText.text(opened, own));
        if (!results.json() && !input.equals(collection + ".keyring")) {
          surroundings.tell(
              "The next commands read "
                  + collection
                  + ".keyring: put "
                  + input
                  + " in its place, or give --keyring.");
        }
      }
    } catch (InvalidKeyException e) {
      throw KeyringOptions.failure(e);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("COLLECTION: " + e.getMessage(), "");
    }
    return Exit.OK.code();
  }

  /** The first keyring of a collection is by who has made it. */
  private void pinOwn(LocalDevice local) throws IOException, InvalidKeyException {
    TrustStore trust = KeyringOptions.trust(local);
    if (trust.find(collection).map(CollectionTrust::epoch).orElse(0) == 0) {
      trust.pin(collection, Signer.of(local.identity().publicKeys()));
    }
  }
}
