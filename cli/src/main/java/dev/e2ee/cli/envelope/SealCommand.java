package dev.e2ee.cli.envelope;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Inputs;
import dev.e2ee.cli.io.Outputs;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee seal}: one file or standard input into one envelope. */
@Command(name = "seal", description = "Encrypt a file of up to 16 MiB into an envelope.")
public final class SealCommand implements Callable<Integer> {
  /** What the name of an envelope ends in. */
  static final String ENDING = ".e2ee";

  private final Surroundings surroundings;

  @Mixin StoreOptions store;
  @Mixin ContextOptions context = new ContextOptions();
  @Mixin Results results;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = Inputs.STANDARD,
      description = "What to seal; - or nothing for standard input.")
  String input = Inputs.STANDARD;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the envelope goes; - for standard output. Default: FILE.e2ee.")
  @Nullable String output;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "The key to seal under. Default: ${DEFAULT-VALUE}.")
  String key = "default";

  @Option(names = "--force", description = "Replace an output file that is there.")
  boolean force;

  /** In these surroundings. */
  public SealCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, InvalidKeyException {
    Binding binding = context.binding();
    store.checkInput(input);
    String target = target();
    Outputs outputs = new Outputs(surroundings, force);
    outputs.checkBinary(target);
    if (results.json() && target.equals(Inputs.STANDARD)) {
      throw Failure.usage("--json prints on standard output: send the envelope to -o FILE", "");
    }
    try (Store opened = store.open()) {
      byte[] plaintext = Inputs.read(surroundings, input, Inputs.MAX_PLAINTEXT);
      opened.unlocked();
      CustodyKey umk = opened.primary(key);
      KeyDescription description = umk.description();
      try (Envelope envelope = Envelope.with(umk)) {
        byte[] sealed = binding.seal(envelope, plaintext);
        outputs.write(target, sealed);
        report(target, plaintext.length, sealed.length, binding, description);
      } finally {
        Arrays.fill(plaintext, (byte) 0);
      }
    }
    return Exit.OK.code();
  }

  private String target() {
    if (output != null) {
      return output;
    }
    return input.equals(Inputs.STANDARD) ? Inputs.STANDARD : input + ENDING;
  }

  private void report(
      String target, int plainLength, int sealedLength, Binding binding, KeyDescription key) {
    if (binding.word().equals("nothing")) {
      surroundings.tell(
          "e2ee: the envelope is bound to nothing: whoever stores it can pass it off as another."
              + " Bind it with --user, --type, --id or with --aad.");
    }
    if (results.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("input", input);
      json.put("output", target);
      json.put("plaintextLength", plainLength);
      json.put("envelopeLength", sealedLength);
      json.put("boundTo", binding.word());
      json.put("key", KeyTexts.json(key));
      results.print(() -> json, () -> "");
    } else if (!target.equals(Inputs.STANDARD)) {
      surroundings.tell(
          "sealed "
              + plainLength
              + " bytes into "
              + target
              + " ("
              + sealedLength
              + " bytes) under "
              + KeyTexts.phrase(key));
    }
  }
}
