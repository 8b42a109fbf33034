package dev.e2ee.cli.recovery;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.IssueOption;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.recovery.RecoveryWrap;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee recovery create}: a new code, and the key wrapped under it. */
@Command(
    name = "create",
    description = {
      "Make a recovery code for a key, and wrap the key under it into a file.",
      "The code is shown once: write it on paper. The file is useless without it, and may lie with",
      "the server."
    })
public final class RecoveryCreateCommand implements Callable<Integer> {
  private static final String REASON = "recovery code";

  @Mixin StoreOptions store;
  @Mixin Results results;
  @Mixin UserOption user = new UserOption();
  @Mixin IssueOption issue = new IssueOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Name of the key. Default: ${DEFAULT-VALUE}.")
  String name = "default";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the wrapped key goes. Default: NAME.recovery.")
  @Nullable String output;

  @Option(
      names = "--without-cost",
      description =
          "Derive by HKDF in place of Argon2id: for readers in the FIPS profile, which makes no other"
              + " code itself. Whoever has FILE and a part of the code guesses the rest faster.")
  boolean withoutCost;

  @Option(names = "--force", description = "Replace a file that is there.")
  boolean force;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public RecoveryCreateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    String userId = user.id();
    issue.check();
    String target = output == null ? name + ".recovery" : output;
    if (target.equals(Inputs.STANDARD)) {
      throw Failure.usage("the code goes to standard output, so the wrapped key needs a file", "");
    }
    RecoveryWrap wraps = RecoveryWrap.of(userId);
    boolean bare = withoutCost || !wraps.allowsCost();
    Outputs outputs = new Outputs(surroundings, force);
    outputs.check(target);
    try (Store opened = store.openForChange()) {
      opened.unlocked();
      KeyDescription key = opened.primary(name).description();
      int number = issue.number(target, file -> WrapFile.read(surroundings, file).info().issue());
      try (RecoveryCode code = RecoveryCode.generate()) {
        byte[] wrap = wrapped(opened, key, wraps, bare, code, number);
        // Shown first: a file that replaces another one is no use without its code.
        report(key, target, code, number, bare);
        outputs.write(target, wrap);
      }
    }
    return Exit.OK.code();
  }

  private static byte[] wrapped(
      Store opened,
      KeyDescription key,
      RecoveryWrap wraps,
      boolean bare,
      RecoveryCode code,
      int issue) {
    try (UserMasterKey umk = opened.takeOut(key, REASON)) {
      return bare
          ? wraps.wrapWithoutCost(umk, code, issue)
          : wraps.wrap(umk, code, issue, Argon2Cost.DEFAULT);
    }
  }

  private void report(
      KeyDescription key, String target, RecoveryCode code, int number, boolean bare) {
    char[] text = code.text();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("code", new String(text));
    json.put("output", target);
    json.put("issue", number);
    json.put("derivation", WrapFile.derivation(bare));
    json.put("key", KeyTexts.json(key));
    results.print(() -> json, () -> new String(text));
    Arrays.fill(text, '\0');
    if (surroundings.out().checkError()) {
      throw new Failure(
          Exit.IO, "the code could not be shown; nothing was written", "Try again on a terminal.");
    }
    if (bare && !withoutCost) {
      surroundings.tell(
          "This is the FIPS profile: the code has no cost, as with --without-cost, since Argon2id is"
              + " not approved. Keep it the more secret.");
    }
    if (!results.json()) {
      surroundings.tell(
          "That is the recovery code: write it on paper now, it is not shown again. "
              + target
              + " holds "
              + KeyTexts.phrase(key)
              + " under it, and no later generation: make a new code after each rotation. Try both with:"
              + " e2ee recovery check "
              + target
              + " --user ID");
    }
  }
}
