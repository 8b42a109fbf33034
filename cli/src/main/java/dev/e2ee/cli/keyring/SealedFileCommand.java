package dev.e2ee.cli.keyring;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.OutputOptions;
import dev.e2ee.keyring.CollectionCipher;
import dev.e2ee.keyring.Keyring;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code keyring seal} and {@code keyring open} have in common: one file in, one out. */
abstract class SealedFileCommand implements Callable<Integer> {
  /** The most bytes of a file, before it is sealed. */
  static final int MOST = 16 << 20;

  private final Surroundings surroundings;

  @Mixin KeyringOptions keyring;
  @Mixin OutputOptions output;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "What to read; - is standard input, and as -o standard output.")
  String input = "";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "Where a blob lies on the server: it opens for this path only.")
  @Nullable String path;

  @Option(names = "--document", description = "A JSON document instead of a blob; it has no path.")
  boolean document;

  SealedFileCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.keyring = new KeyringOptions(surroundings);
    this.output = new OutputOptions(surroundings);
  }

  /**
   * The file's content, sealed or opened.
   *
   * @throws IllegalArgumentException for a path that is none
   */
  abstract byte[] converted(CollectionCipher cipher, byte[] content);

  /** Of a blob. */
  String path() {
    return Objects.requireNonNull(path);
  }

  int call(int most) throws IOException {
    if (document == (path != null)) {
      throw Failure.usage("a blob has a --path, and a --document has none: give one of them", "");
    }
    output.check();
    byte[] content = Inputs.read(surroundings, input, most);
    try (LocalDevice local = keyring.device.open();
        Keyring opened = keyring.open(local)) {
      byte[] result = converted(opened.cipher(), content);
      try {
        output.write(result);
      } finally {
        Arrays.fill(result, (byte) 0);
      }
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--path: " + e.getMessage(), "");
    }
    return Exit.OK.code();
  }
}
