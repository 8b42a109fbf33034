package dev.e2ee.cli.token;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.IssueOption;
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

/** {@code e2ee token rotate}: another token for the same key. */
@Command(
    name = "rotate",
    description = {
      "Replace an API token: the same key, wrapped under a new token with a higher number.",
      "No record changes. The old token opens the old file for ever: once the new one"
          + " works, let the server delete its wrap and verifier. After a theft rotate the key too"
          + " ('e2ee key rotate')."
    })
public final class TokenRotateCommand implements Callable<Integer> {
  @Mixin Results results;
  @Mixin TokenUser user = new TokenUser();
  @Mixin TokenInput old = new TokenInput();
  @Mixin IssueOption issue = new IssueOption();
  @Mixin TokenOutput token = new TokenOutput();

  @Parameters(index = "0", paramLabel = "FILE", description = "The old token's wrapped key.")
  String input = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where the key wrapped under the new token goes.")
  String output = "";

  @Option(
      names = "--minimum-issue",
      paramLabel = "N",
      defaultValue = "1",
      description = "Refuse the wraps of tokens before this one. Default: ${DEFAULT-VALUE}.")
  int minimumIssue;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public TokenRotateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    issue.check();
    ApiTokenWrap wraps = user.wraps();
    token.checkBeside(surroundings, output, input, old.file);
    TokenWrapFile wrap = TokenWrapFile.read(surroundings, input);
    int number = issue.numberAfter(input, wrap.info().issue());
    try (ApiToken given = old.token();
        ApiToken made = ApiToken.generate()) {
      byte[] rotated = rotated(wraps, wrap, given, made, number);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("tokenId", made.id());
      json.put("replaces", given.id());
      json.put("output", output);
      json.put("issue", number);
      json.put("keyId", wrap.info().keyId());
      json.put("generation", wrap.info().generation());
      token.give(surroundings, results, made, output, rotated, json, advice(given));
    }
    return Exit.OK.code();
  }

  private byte[] rotated(
      ApiTokenWrap wraps, TokenWrapFile wrap, ApiToken given, ApiToken made, int number) {
    try {
      return wraps.rotate(wrap.bytes(), given, made, minimumIssue, number);
    } catch (MalformedApiTokenWrapException | AEADBadTagException e) {
      throw wrap.refused(e);
    }
  }

  private String advice(ApiToken given) {
    return "It takes the place of "
        + given.id()
        + ". Try it with: e2ee token check "
        + output
        + " --user ID. Then let the server delete wrap and verifier of the old one, and delete "
        + input
        + ": the old token opens it for ever.";
  }
}
