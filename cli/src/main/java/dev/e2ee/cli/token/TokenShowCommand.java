package dev.e2ee.cli.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.token.ApiToken;
import dev.e2ee.token.ApiTokenVerifier;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee token show}: what is public of a token, and what one server gets of it. */
@Command(
    name = "show",
    description = {
      "Say what is public of an API token: its id, and what a server keeps to verify it.",
      "The second with --audience. No secret is shown."
    })
public final class TokenShowCommand implements Callable<Integer> {
  @Mixin Results results;
  @Mixin TokenInput token = new TokenInput();

  @Option(
      names = "--audience",
      paramLabel = "SERVER",
      description = {
        "The server's name, exactly as it writes it itself, such as https://api.example.org; what is",
        "made for it is of no use at another."
      })
  @Nullable String audience;

  @Option(
      names = "--auth-to",
      paramLabel = "FILE",
      description = {
        "Write what is sent to that server with each request, 64 hex digits, to a new file of mode",
        "0600, or - for a pipe. It is a secret between the program and this server."
      })
  @Nullable String authTo;

  @Option(names = "--force", description = "Replace a file that is there.")
  boolean force;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public TokenShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Outputs outputs = new Outputs(surroundings, force);
    if (authTo != null) {
      checkAuth(outputs, authTo);
    }
    try (ApiToken given = token.token()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("tokenId", given.id());
      if (audience != null) {
        shown.put("audience", audience);
        shown.put("verifier", HexFormat.of().formatHex(verifier(given, audience).toBytes()));
        if (authTo != null) {
          writeAuth(outputs, given, audience, authTo);
        }
      }
      if (!Inputs.STANDARD.equals(authTo)) {
        results.print(() -> shown, () -> lines(shown));
      }
    }
    return Exit.OK.code();
  }

  private void checkAuth(Outputs outputs, String target) {
    if (audience == null) {
      throw Failure.usage("--auth-to needs the server that it is for: --audience SERVER", "");
    }
    boolean standard = target.equals(Inputs.STANDARD);
    if (standard && results.json()) {
      throw Failure.usage("--json prints on standard output: give --auth-to FILE", "");
    }
    if (outputs.isTerminal(target)) {
      throw new Failure(
          Exit.IO,
          "what is sent to the server would be shown on the terminal",
          "Give --auth-to FILE, or send it into a pipe.");
    }
    outputs.check(target);
  }

  private static ApiTokenVerifier verifier(ApiToken token, String audience) {
    try {
      return token.verifier(audience);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--audience: " + e.getMessage(), "");
    }
  }

  private static void writeAuth(Outputs outputs, ApiToken token, String audience, String target)
      throws IOException {
    try (SecretBytes auth = token.auth(audience)) {
      byte[] bytes = auth.copy();
      byte[] line = (HexFormat.of().formatHex(bytes) + "\n").getBytes(US_ASCII);
      try {
        outputs.write(target, line);
      } finally {
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(line, (byte) 0);
      }
    }
  }

  private static String lines(Map<String, Object> shown) {
    return shown.entrySet().stream()
        .map(e -> String.format("%-9s %s", e.getKey(), e.getValue()))
        .collect(Collectors.joining("\n"));
  }
}
