package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee key import}: a 32-byte UMK from outside, new here or one that was exported. */
@Command(
    name = "import",
    description = {
      "Bring a key in from a file of 32 bytes or 64 hex digits.",
      "A key that was exported opens what it sealed only with its --id and --generation."
    })
public final class KeyImportCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the new key.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "The key: 32 bytes or 64 hex digits; - for standard input.")
  String input = "";

  @ArgGroup(exclusive = false)
  @Nullable Exported exported;

  private final Surroundings surroundings;

  /** Who an exported generation was; both or none. */
  static final class Exported {
    @Option(
        names = "--id",
        paramLabel = "HEX",
        required = true,
        description = "The id of an exported generation.")
    String id = "";

    @Option(names = "--generation", paramLabel = "N", required = true, description = "Its number.")
    int generation;
  }

  /** In these surroundings. */
  public KeyImportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    KeyNames.check(name);
    store.checkInput(input);
    byte[] content = Inputs.read(surroundings, input, KeyEncoding.MAX_LENGTH);
    try (SecretBytes secret = SecretBytes.adopt(KeyEncoding.decode(content, input));
        Store opened = store.openForChange()) {
      KeyDescription made = bringIn(opened.unlocked(), secret).description();
      results.print(
          () -> KeyTexts.json(made),
          () ->
              "Brought in "
                  + KeyTexts.phrase(made)
                  + (input.equals(Inputs.STANDARD)
                      ? "."
                      : ". " + input + " still has it in plain: delete that."));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
    return Exit.OK.code();
  }

  private CustodyKey bringIn(KeyCustody custody, SecretBytes secret) {
    if (exported == null) {
      return custody.importKey(name, secret);
    }
    try {
      return custody.importKey(name, exported.generation, KeyId.parse(exported.id), secret);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--id: " + e.getMessage(), "'e2ee key list' shows ids.");
    }
  }
}
