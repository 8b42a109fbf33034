package dev.e2ee.cli.recovery;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.recovery.RecoveryCode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee recovery check}: whether a code opens what it should. */
@Command(
    name = "check",
    description = "Check that a recovery code opens a wrapped key. Nothing is kept, no key shown.")
public final class RecoveryCheckCommand implements Callable<Integer> {
  @Mixin Results results;
  @Mixin UserOption user = new UserOption();
  @Mixin CodeOptions code = new CodeOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "What 'recovery create' wrote.")
  String input = "";

  private final Surroundings surroundings;

  /** In these surroundings. */
  public RecoveryCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    String userId = user.id();
    WrapFile wrap = WrapFile.read(surroundings, input);
    try (RecoveryCode typed = code.code();
        UserMasterKey umk = wrap.unwrap(userId, typed, 1)) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("opens", true);
      json.put("keyId", wrap.info().keyId());
      json.put("generation", umk.generation());
      json.put("issue", wrap.info().issue());
      json.put("derivation", wrap.derivation());
      results.print(
          () -> json,
          () ->
              "The code opens it: generation "
                  + umk.generation()
                  + ", id "
                  + wrap.info().keyId()
                  + ", code number "
                  + wrap.info().issue()
                  + ", derived by "
                  + wrap.derivation()
                  + ".");
    }
    return Exit.OK.code();
  }
}
