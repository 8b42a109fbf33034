package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.DeviceOptions;
import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.NoEpochKeyException;
import dev.e2ee.keyring.TrustStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which collection, and where its keyring is; what the commands of a keyring have in common. */
final class KeyringOptions {
  private static final int MOST = 16 << 20;

  private final Surroundings surroundings;

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
    Path usual = Path.of(collection + ".keyring");
    if (!Files.exists(usual)) {
      throw new Failure(
          Exit.IO,
          "there is no file " + usual + " here",
          "Say where the collection's keyring is: --keyring FILE");
    }
    return usual;
  }

  /** Whom this device trusts, and what it has seen. */
  static TrustStore trust(LocalDevice device) throws IOException {
    return FileTrustStore.open(device.trust());
  }

  /** The bytes of a keyring. */
  static byte[] read(Surroundings surroundings, String file) throws IOException {
    return Inputs.read(surroundings, file, MOST);
  }

  /** The keyring that the server has, opened by this device; the caller closes it. */
  Keyring open(LocalDevice local) throws IOException {
    byte[] document = read(surroundings, file().toString());
    // [keyring-17]
    if (PendingChanges.of(local, collection).has(document)) {
      throw new Failure(
          Exit.CUSTODY,
          file() + " is a change that was made here, and no server has said that it has it",
          "Once it has: e2ee keyring published " + collection + " " + file());
    }
    return open(local, collection, document);
  }

  /** The same of these bytes. */
  static Keyring open(LocalDevice local, String collection, byte[] document) throws IOException {
    try {
      return Keyring.open(document, collection, local.identity(), trust(local));
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
          "A device for keyrings is made with: e2ee device init ID --user USER --curve25519; beside"
              + " one that is there: --device DIR, here and in each command",
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
            "Fetch the keyring anew. If it stays so, the server is not to be trusted: ask the owner; or"
                + " 'published' was said here of a change that it did not take: e2ee keyring forget"
                + " --help";
      };
    }
    return "Check that it is the right, whole file.";
  }
}
