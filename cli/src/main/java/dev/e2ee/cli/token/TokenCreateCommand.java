package dev.e2ee.cli.token;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.IssueOption;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenWrap;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee token create}: a new token, and the key wrapped under it. */
@Command(
    name = "create",
    description = {
      "Make an API token for a key, and wrap the key under it into a file.",
      "The token is shown once: give it to the program. The file is useless without",
      "it, and may lie with the server. 'e2ee token show' says what else that needs."
    })
public final class TokenCreateCommand implements Callable<Integer> {
  private static final String REASON = "API token";

  @Mixin StoreOptions store;
  @Mixin Results results;
  @Mixin TokenUser user = new TokenUser();
  @Mixin IssueOption issue = new IssueOption();
  @Mixin TokenOutput token = new TokenOutput();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Name of the key. Default: ${DEFAULT-VALUE}.")
  String name = "default";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the wrapped key goes. Default: NAME.token-wrap.")
  @Nullable String output;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public TokenCreateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    issue.check();
    ApiTokenWrap wraps = user.wraps();
    String target = output == null ? name + ".token-wrap" : output;
    token.check(surroundings, target);
    try (Store opened = store.openForChange();
        ApiToken made = ApiToken.generate()) {
      opened.unlocked();
      KeyDescription key = opened.primary(name).description();
      int number =
          issue.number(target, file -> TokenWrapFile.read(surroundings, file).info().issue());
      byte[] wrap;
      try (UserMasterKey umk = opened.takeOut(key, REASON)) {
        wrap = wraps.wrap(umk, made, number);
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("tokenId", made.id());
      json.put("output", target);
      json.put("issue", number);
      json.put("key", KeyTexts.json(key));
      token.give(surroundings, results, made, target, wrap, json, advice(key, target));
    }
    return Exit.OK.code();
  }

  private static String advice(KeyDescription key, String target) {
    return target
        + " holds "
        + KeyTexts.phrase(key)
        + " under it, and no later generation. What a server needs of it:"
        + " e2ee token show --audience SERVER";
  }
}
