package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Inputs;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee key import}: a 32-byte UMK from outside, as generation 1 of a new name. */
@Command(name = "import", description = "Bring a key in from a file of 32 bytes or 64 hex digits.")
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

  private final Surroundings surroundings;

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
      KeyDescription made = opened.unlocked().importKey(name, secret).description();
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
}
