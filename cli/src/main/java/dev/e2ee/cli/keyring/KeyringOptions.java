package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.TrustStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which collection, and where its keyring is; what the commands of a keyring have in common. */
final class KeyringOptions {
  private static final int MOST = 16 << 20;
  private static final String TRUST = "trust";

  private final Surroundings surroundings;
  private byte[] opened = {};

  @Mixin DeviceOptions device;

  @Parameters(index = "0", paramLabel = "COLLECTION", description = "The collection's name.")
  String collection = "";

  @Option(
      names = "--keyring",
      paramLabel = "FILE",
      description = "The keyring, as it is on the server. Default: COLLECTION.keyring.")
  @Nullable Path file;

  KeyringOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.device = new DeviceOptions(surroundings);
  }

  /** Where the keyring is. */
  Path file() {
    if (file != null) {
      return file;
    }
    if (!collection.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw Failure.usage(
          "such a name of a collection is no file's: say where its keyring is with --keyring FILE",
          "");
    }
    return Path.of(collection + ".keyring");
  }

  /** Whom this device trusts, and what it has seen. */
  static TrustStore trust(LocalDevice device) throws IOException {
    return FileTrustStore.at(device.folder(TRUST));
  }

  /** The keyring, opened by this device; the caller closes it. */
  Keyring open(LocalDevice local) throws IOException {
    opened = Inputs.read(surroundings, file().toString(), MOST);
    try {
      return Keyring.open(opened, collection, local.identity(), trust(local));
    } catch (GeneralSecurityException e) {
      throw failure(e);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("COLLECTION: " + e.getMessage(), "");
    }
  }

  /** What a person is told of a keyring's error. */
  static Failure failure(GeneralSecurityException e) {
    String what = String.valueOf(e.getMessage());
    if (e instanceof NoEpochKeyException) {
      return new Failure(Exit.WRONG_KEY, what, "", e);
    }
    if (e instanceof InvalidKeyException) {
      return new Failure(
          Exit.CUSTODY,
          what,
          "A device for keyrings is made with: e2ee device init ID --user USER --curve25519",
          e);
    }
    return new Failure(Exit.NOT_AUTHENTIC, what, advice(e), e);
  }

  private static String advice(GeneralSecurityException e) {
    if (e instanceof KeyringRefusedException refused) {
      return switch (refused.reason()) {
        case NOTHING_PINNED, NOT_SIGNED ->
            "Pin a signer whose key you have compared: e2ee keyring pin COLLECTION KEY";
        case NO_HEAD -> "A Starfish client's keyring is for the library: Keyring.openWithoutHead.";
        case ROLLBACK,
            FORK,
            DROPPED_ENTRY,
            NOT_AS_SIGNED,
            OTHER_COLLECTION,
            OTHER_KEY,
            NOT_TRACEABLE ->
            "Fetch the keyring anew. If it stays so, the server is not to be trusted: ask the owner.";
      };
    }
    return "Check that it is the right, whole file.";
  }

  /** Puts a changed keyring in the place of the one that was opened, and then remembers it. */
  Keyring publish(KeyringChange change) throws IOException {
    Path target = file();
    requireAsOpened(target);
    try (PendingFile pending = PendingFile.write(PendingFile.parentOf(target), change.document())) {
      pending.replace(target);
      return change.published();
    } catch (KeyringFormatException | KeyringRefusedException e) {
      throw failure(e);
    }
  }

  private void requireAsOpened(Path target) throws IOException {
    byte[] there = Files.exists(target) ? Files.readAllBytes(target) : new byte[0];
    if (!Arrays.equals(opened, there)) {
      throw new Failure(
          Exit.IO, target + " was changed meanwhile, and is left as it is", "Try it again.");
    }
  }
}
