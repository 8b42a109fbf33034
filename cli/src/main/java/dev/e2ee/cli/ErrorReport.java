package dev.e2ee.cli;

import dev.e2ee.cli.io.Diagnosis;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Printable;
import dev.e2ee.cli.io.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person about an error in at most two lines: what happened, what to do. */
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Surroundings surroundings;
  private final RootCommand root;

  ErrorReport(Surroundings surroundings, RootCommand root) {
    this.surroundings = surroundings;
    this.root = root;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return handleError(e);
  }

  /** The same for an error of the JVM, which picocli lets pass. */
  int handleError(Throwable e) {
    Diagnosis why = Diagnosis.of(e);
    tell(why.what(), why.advice());
    showTrace(e);
    return why.exit().code();
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    String help = "'" + name + " --help' shows how it is used.";
    if (e instanceof UnmatchedArgumentException unmatched) {
      tell(unknown(unmatched.getUnmatched()) + likely(unmatched.getSuggestions()), help);
    } else {
      tell(String.valueOf(e.getMessage()), help);
    }
    showTrace(e);
    return Exit.USAGE.code();
  }

  private void showTrace(Throwable e) {
    if (root.debug) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      surroundings.err().print(Printable.lines(trace.toString()));
    }
  }

  /** Names unknown options without their values, and words only when no option is unknown. */
  private static String unknown(List<String> unmatched) {
    List<String> options =
        unmatched.stream()
            .filter(word -> word.startsWith("-"))
            .map(word -> word.replaceFirst("=.*", ""))
            .toList();
    if (options.isEmpty()) {
      return "not expected here: "
          + unmatched.stream().map(ErrorReport::withoutToken).collect(Collectors.joining(" "));
    }
    boolean secret =
        options.stream()
            .anyMatch(o -> o.matches("--?(new-)?(pass|pin|pw|secret)(?!phrase-(file|fd)$).*"));
    return "there is no option "
        + String.join(", ", options)
        + (secret
            ? ". A secret is never an argument, where other users can see it: use"
                + " --passphrase-file or --passphrase-fd"
            : "");
  }

  private static String withoutToken(String word) {
    return word.startsWith("e2ee_") || word.startsWith("sk-ac-")
        ? "an API token. A secret is never an argument, where other users can see it: use"
            + " --token-file or --token-fd"
        : word;
  }

  private static String likely(List<String> suggestions) {
    return suggestions.isEmpty()
        ? ""
        : "; is it " + String.join(" or ", suggestions.subList(0, Math.min(2, suggestions.size())));
  }

  private void tell(String what, String advice) {
    surroundings.tell("e2ee: " + what.replace('\n', ' '));
    if (!advice.isEmpty()) {
      surroundings.tell("  " + advice);
    }
  }
}
