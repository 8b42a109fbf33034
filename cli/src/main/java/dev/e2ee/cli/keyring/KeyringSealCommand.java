package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringFormatException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring seal}: for all members. */
@Command(
    name = "seal",
    description = {
      "Seal a file of up to 16 MiB for all members of the current epoch: as a blob that is bound to",
      "its path, or with --document a JSON file as a document. Both are Starfish's."
    })
public final class KeyringSealCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin KeyringOptions keyring;
  @Mixin SealedFileOptions files;

  @Parameters(index = "1", paramLabel = "FILE", description = "What to read, or - .")
  String input = "";

  /** In these surroundings. */
  public KeyringSealCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.keyring = new KeyringOptions(surroundings);
    this.files = new SealedFileOptions();
  }

  @Override
  public Integer call() throws IOException {
    files.check();
    Outputs outputs = new Outputs(surroundings, files.force);
    outputs.check(files.output);
    byte[] content = Inputs.read(surroundings, input, SealedFileOptions.MOST);
    try (LocalDevice local = keyring.device.open();
        Keyring opened = keyring.open(local)) {
      outputs.write(
          files.output,
          files.document
              ? opened.cipher().sealDocument(content)
              : opened.cipher().sealBlob(content, files.path()));
    } catch (KeyringFormatException e) {
      throw Failure.usage(input + ": " + e.getMessage(), "");
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--path: " + e.getMessage(), "");
    }
    return Exit.OK.code();
  }
}
