package dev.e2ee.cli.token;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.token.ApiToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a new token and its wrap go: the token once, the wrap after it. */
final class TokenOutput {
  @Option(
      names = "--token-to",
      paramLabel = "FILE",
      defaultValue = Inputs.STANDARD,
      description = {
        "Where the token goes: a new file of mode 0600, or - for standard output, where it is shown",
        "once. Default: ${DEFAULT-VALUE}."
      })
  String tokenTo = Inputs.STANDARD;

  @Option(names = "--force", description = "Replace files that are there.")
  boolean force;

  /**
   * Fails before anything is made when one of the two cannot be written.
   *
   * @param wrap the file for the wrap
   */
  void check(Surroundings surroundings, String wrap) throws IOException {
    if (wrap.equals(Inputs.STANDARD)) {
      throw Failure.usage("the wrap needs a file: -o FILE", "");
    }
    if (isSame(wrap, tokenTo)) {
      throw Failure.usage("token and wrap cannot go to the same file", "");
    }
    Outputs outputs = new Outputs(surroundings, force);
    outputs.check(wrap);
    outputs.check(tokenTo);
  }

  /**
   * The same when they take the place of others, which must stay until the new ones work.
   *
   * @param oldWrap a file that is there
   * @param oldToken a file that is there; null when the token came otherwise
   */
  void checkBeside(Surroundings surroundings, String wrap, String oldWrap, @Nullable Path oldToken)
      throws IOException {
    check(surroundings, wrap);
    if (isSame(wrap, oldWrap)) {
      throw keepsTheOld("wrap", "-o");
    }
    if (oldToken != null && isSame(tokenTo, oldToken.toString())) {
      throw keepsTheOld("token", "--token-to");
    }
  }

  private static Failure keepsTheOld(String what, String option) {
    return Failure.usage(
        "the old " + what + " must stay until the new one works: give another file with " + option,
        "");
  }

  private static boolean isSame(String one, String other) throws IOException {
    Path first = Path.of(one).toAbsolutePath().normalize();
    Path second = Path.of(other).toAbsolutePath().normalize();
    return first.equals(second)
        || (Files.exists(first) && Files.exists(second) && Files.isSameFile(first, second));
  }

  /**
   * Gives out the token, then the wrap: a wrap that replaces another one is no use without it.
   *
   * @param json what else is told
   * @param advice what to do next
   */
  void give(
      Surroundings surroundings,
      Results results,
      ApiToken token,
      String wrapFile,
      byte[] wrap,
      Map<String, Object> json,
      String advice)
      throws IOException {
    Outputs outputs = new Outputs(surroundings, force);
    char[] text = token.text();
    try {
      if (tokenTo.equals(Inputs.STANDARD)) {
        json.put("token", new String(text));
        results.print(() -> json, () -> new String(text));
      } else {
        outputs.write(tokenTo, line(text));
        json.put("tokenFile", tokenTo);
        results.print(() -> json, () -> "");
      }
    } finally {
      Arrays.fill(text, '\0');
    }
    if (surroundings.out().checkError()) {
      throw new Failure(
          Exit.IO,
          "the token could not be shown; no wrap was written",
          "Try again with --token-to.");
    }
    outputs.write(wrapFile, wrap);
    if (!results.json()) {
      surroundings.tell(
          "Token "
              + token.id()
              + (tokenTo.equals(Inputs.STANDARD)
                  ? " is above, and not shown again"
                  : " is in " + tokenTo)
              + ": keep it where the program finds it and nobody else. "
              + advice);
    }
  }

  private static byte[] line(char[] text) {
    byte[] line = new byte[text.length + 1];
    for (int i = 0; i < text.length; i++) {
      line[i] = (byte) text[i];
    }
    line[text.length] = '\n';
    return line;
  }
}
