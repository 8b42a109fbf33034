package dev.e2ee.cli.keyring;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.keyring.CollectionCipher;
import dev.e2ee.keyring.KeyringFormatException;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code e2ee keyring seal}: for all members. */
@Command(
    name = "seal",
    description = {
      "Seal a file of up to 16 MiB for all members of the current epoch.",
      "As a blob that is bound to its path, or with --document a JSON file as a document."
          + " Both are Starfish's."
    })
public final class KeyringSealCommand extends SealedFileCommand {
  /** In these surroundings. */
  public KeyringSealCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    return call(MOST);
  }

  @Override
  byte[] converted(CollectionCipher cipher, byte[] content) {
    try {
      return document ? cipher.sealDocument(content) : cipher.sealBlob(content, path());
    } catch (KeyringFormatException e) {
      throw Failure.usage(input + ": " + e.getMessage(), "");
    }
  }
}
