package dev.e2ee.cli.recovery;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee recovery restore}: the key comes back into a key store. */
@Command(
    name = "restore",
    description = {
      "Bring a key back into this key store with a recovery code, as the generation that it was.",
      "Make the store first, with 'e2ee init'."
    })
public final class RecoveryRestoreCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;
  @Mixin UserOption user = new UserOption();
  @Mixin CodeOptions code = new CodeOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "What 'recovery create' wrote.")
  String input = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "recovered",
      description = "Name of the key in this store. Default: ${DEFAULT-VALUE}.")
  String name = "recovered";

  @Option(
      names = "--minimum-issue",
      paramLabel = "N",
      defaultValue = "1",
      description = "Refuse the wraps of codes before this one. Default: ${DEFAULT-VALUE}.")
  int minimumIssue;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public RecoveryRestoreCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    KeyNames.check(name);
    String userId = user.id();
    if (store.passphraseSource().clashesWith(code.source())) {
      throw Failure.usage("passphrase and code cannot both come from the same descriptor", "");
    }
    store.checkInput(input);
    WrapFile wrap = WrapFile.read(surroundings, input);
    try (RecoveryCode typed = code.code();
        UserMasterKey umk = wrap.unwrap(userId, typed, minimumIssue);
        SecretBytes secret = SecretBytes.adopt(umk.getEncoded());
        Store opened = store.openForChange()) {
      KeyDescription made =
          opened
              .unlocked()
              .importKey(name, umk.generation(), wrap.info().keyId(), secret)
              .description();
      Map<String, Object> json = KeyTexts.json(made);
      json.put("derivation", wrap.derivation());
      results.print(
          () -> json,
          () ->
              "Brought back "
                  + KeyTexts.phrase(made)
                  + ": it opens what it sealed. Seal with: e2ee seal FILE --key "
                  + made.name()
                  + ". If others have seen the code: e2ee key rotate, e2ee rewrap, and"
                  + " a new code.");
    }
    return Exit.OK.code();
  }
}
