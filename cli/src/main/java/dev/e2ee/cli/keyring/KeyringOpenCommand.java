package dev.e2ee.cli.keyring;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.CollectionCipher;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.NoEpochKeyException;
import java.io.IOException;
import javax.crypto.AEADBadTagException;
import picocli.CommandLine.Command;

/** {@code e2ee keyring open}: what a member has sealed. */
@Command(
    name = "open",
    description = "Open what a member has sealed, in any epoch since this device joined.")
public final class KeyringOpenCommand extends SealedFileCommand {
  /** In these surroundings. */
  public KeyringOpenCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    return call(2 * MOST);
  }

  @Override
  byte[] converted(CollectionCipher cipher, byte[] content) {
    try {
      return document ? cipher.openDocument(content) : cipher.openBlob(content, path());
    } catch (KeyringFormatException | NoEpochKeyException e) {
      throw KeyringOptions.failure(e);
    } catch (AEADBadTagException e) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          input + ": " + e.getMessage(),
          "Give the same COLLECTION and --path (or --document) as for sealing; if they are right,"
              + " fetch an unaltered copy.",
          e);
    }
  }
}
