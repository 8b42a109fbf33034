package dev.e2ee.cli.token;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenWrap;
import dev.e2ee.token.MalformedApiTokenWrapException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.crypto.AEADBadTagException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee token check}: whether a token opens what it should. */
@Command(
    name = "check",
    description = "Check that an API token opens a wrapped key. Nothing is kept, no key shown.")
public final class TokenCheckCommand implements Callable<Integer> {
  @Mixin Results results;
  @Mixin TokenUser user = new TokenUser();
  @Mixin TokenInput token = new TokenInput();

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "What 'token create' or 'token rotate' wrote.")
  String input = "";

  @Option(
      names = "--minimum-issue",
      paramLabel = "N",
      defaultValue = "1",
      description = "Refuse a wrap of this token before this one. Default: ${DEFAULT-VALUE}.")
  int minimumIssue;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public TokenCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    ApiTokenWrap wraps = user.wraps();
    TokenWrapFile wrap = TokenWrapFile.read(surroundings, input);
    ApiTokenWrap.Info info = wrap.info();
    try (ApiToken given = token.token();
        UserMasterKey umk = wraps.unwrap(wrap.bytes(), given, minimumIssue)) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("opens", true);
      json.put("tokenId", given.id());
      json.put("keyId", info.keyId());
      json.put("generation", umk.generation());
      json.put("issue", info.issue());
      results.print(
          () -> json,
          () ->
              "Token "
                  + given.id()
                  + " opens it: generation "
                  + umk.generation()
                  + ", id "
                  + info.keyId()
                  + ", token number "
                  + info.issue()
                  + ".");
    } catch (MalformedApiTokenWrapException | AEADBadTagException e) {
      throw wrap.refused(e);
    }
    return Exit.OK.code();
  }
}
