package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.CollectionTrust;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring pin}: whom this device trusts with a collection. */
@Command(
    name = "pin",
    description = {
      "Trust a signer with a collection: to change its members and keys.",
      "Only after comparing the key with its owner; never one that a server gave. Without"
          + " KEY: say who is pinned."
    })
public final class KeyringPinCommand implements Callable<Integer> {
  @Mixin DeviceOptions device;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "COLLECTION", description = "The collection's name.")
  String collection = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "KEY",
      description = "What 'e2ee keyring keys' prints as signer on the other device.")
  String key = "";

  @Option(names = "--remove", description = "End the trust in this signer.")
  boolean remove;

  /** In these surroundings. */
  public KeyringPinCommand(Surroundings surroundings) {
    this.device = new DeviceOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (remove && key.isEmpty()) {
      throw Failure.usage(
          "--remove needs the KEY of a signer",
          "e2ee keyring pin " + collection + " shows who is pinned.");
    }
    try (LocalDevice local = device.open()) {
      TrustStore trust = KeyringOptions.trust(local);
      List<String> before = pinned(trust);
      if (!key.isEmpty()) {
        change(trust, new Signer(KeyKind.SIGNER.read(key)));
      }
      List<String> pinned = pinned(trust);
      boolean changed = !pinned.equals(before);
      results.print(
          () -> Map.of("collection", collection, "signers", pinned, "changed", changed),
          () -> unchanged(changed) + shown(pinned));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "");
    }
    return Exit.OK.code();
  }

  private List<String> pinned(TrustStore trust) throws IOException {
    return trust.find(collection).map(CollectionTrust::signers).stream()
        .flatMap(signers -> signers.stream().map(Signer::key))
        .toList();
  }

  private String unchanged(boolean changed) {
    if (changed || key.isEmpty()) {
      return "";
    }
    return remove
        ? "That signer was not pinned for " + collection + ": nothing was changed.\n"
        : "That signer was pinned already: nothing was changed.\n";
  }

  private static String shown(List<String> pinned) {
    return pinned.isEmpty()
        ? "no signer is pinned"
        : pinned.stream().map(KeyKind.SIGNER::shown).collect(Collectors.joining("\n"));
  }

  private void change(TrustStore trust, Signer signer) throws IOException {
    if (remove) {
      trust.unpin(collection, signer);
    } else {
      trust.pin(collection, signer);
    }
  }
}
