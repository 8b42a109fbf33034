package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee key generate}: generation 1 of a new name. */
@Command(name = "generate", description = "Make a new user master key.")
public final class KeyGenerateCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Parameters(paramLabel = "NAME", description = "Name of the new key.")
  String name = "";

  /** In these surroundings. */
  public KeyGenerateCommand(Surroundings surroundings) {
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    KeyNames.check(name);
    try (Store opened = store.openForChange()) {
      CustodyKey key = opened.unlocked().generate(name, KeyKind.UMK);
      KeyDescription made = key.description();
      int wrapAlg = key.operation(DekWrap.class).orElseThrow().wrapAlg();
      results.print(
          () -> {
            Map<String, Object> json = KeyTexts.json(made);
            json.put("wrapAlg", wrapAlg);
            return json;
          },
          () ->
              "Made "
                  + KeyTexts.phrase(made)
                  + ", which wraps by wrapAlg "
                  + wrapAlg
                  + ". Seal under it with --key "
                  + name
                  + ".");
    }
    return Exit.OK.code();
  }
}
