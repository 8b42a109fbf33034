package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.NoEpochKeyException;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import javax.crypto.AEADBadTagException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee keyring open}: what a member has sealed. */
@Command(
    name = "open",
    description = "Open what a member has sealed, in any epoch since this device joined.")
public final class KeyringOpenCommand implements Callable<Integer> {
  private static final int MOST = 2 * SealedFileOptions.MOST;

  private final Surroundings surroundings;

  @Mixin KeyringOptions keyring;
  @Mixin SealedFileOptions files;

  @Parameters(index = "1", paramLabel = "FILE", description = "What to read, or - .")
  String input = "";

  /** In these surroundings. */
  public KeyringOpenCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.keyring = new KeyringOptions(surroundings);
    this.files = new SealedFileOptions();
  }

  @Override
  public Integer call() throws IOException {
    files.check();
    Outputs outputs = new Outputs(surroundings, files.force);
    outputs.check(files.output);
    byte[] sealed = Inputs.read(surroundings, input, MOST);
    try (LocalDevice local = keyring.device.open();
        Keyring opened = keyring.open(local)) {
      byte[] content =
          files.document
              ? opened.cipher().openDocument(sealed)
              : opened.cipher().openBlob(sealed, files.path());
      try {
        outputs.write(files.output, content);
      } finally {
        Arrays.fill(content, (byte) 0);
      }
    } catch (KeyringFormatException | NoEpochKeyException e) {
      throw KeyringOptions.failure(e);
    } catch (AEADBadTagException e) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          input + ": " + e.getMessage(),
          "Give the same COLLECTION and --path (or --document) as for sealing; if they are right,"
              + " fetch an unaltered copy.",
          e);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--path: " + e.getMessage(), "");
    }
    return Exit.OK.code();
  }
}
