package dev.e2ee.cli.envelope;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.cli.transfer.Progress;
import dev.e2ee.cli.transfer.Sink;
import dev.e2ee.cli.transfer.Source;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.envelope.Suite;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee seal}: one file or standard input into one envelope. */
@Command(name = "seal", description = "Encrypt a file of any size into an envelope.")
public final class SealCommand implements Callable<Integer> {
  /** What the name of an envelope ends in. */
  static final String ENDING = ".e2ee";

  /** The most bytes of a forced suite 1. */
  private static final int MAX_WHOLE = 16 << 20;

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
      description = "The key to seal under. Default: object= of the URI, else default.")
  @Nullable String key;

  @Option(
      names = "--suite",
      paramLabel = "1|2",
      description = {
        "Force how it is encrypted: 1 as one message of up to 16 MiB, 2 in chunks of 16 KiB.",
        "Default: 1 up to 64 KiB, 2 beyond. Wanted by readers that know one suite only, or",
        "by policies (FIPS: 2)."
      })
  @Nullable Integer suite;

  @Mixin ThreadOption threads = new ThreadOption();

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
    Optional<Suite> forced = forcedSuite();
    int parallelism = threads.number();
    store.checkInput(input);
    String target = target();
    Outputs outputs = new Outputs(surroundings, force);
    outputs.checkBinary(target);
    if (results.json() && target.equals(Inputs.STANDARD)) {
      throw Failure.usage("--json prints on standard output: send the envelope to -o FILE", "");
    }
    try (Store opened = store.open();
        Source source = Source.open(surroundings, input)) {
      checkFits(forced, source.size());
      opened.unlocked();
      CustodyKey umk = opened.primary(KeyNames.meant(key, store.uri()).orElse("default"));
      try (Envelope plain = Envelope.with(umk).withParallelism(parallelism)) {
        Envelope envelope = forced.map(plain::withSuite).orElse(plain);
        Lengths lengths = seal(envelope, forced, binding, source, outputs, target);
        report(target, lengths, binding, umk.description());
      }
    }
    return Exit.OK.code();
  }

  /** In bytes. */
  private record Lengths(long plaintext, long envelope) {}

  private Optional<Suite> forcedSuite() {
    if (suite == null) {
      return Optional.empty();
    }
    return Optional.of(
        Stream.of(Suite.values())
            .filter(known -> known.number() == suite)
            .findFirst()
            .orElseThrow(() -> Failure.usage("--suite is 1 or 2", "")));
  }

  private static void checkFits(Optional<Suite> forced, long length) {
    if (forced.filter(Suite.AES_256_GCM::equals).isPresent() && length > MAX_WHOLE) {
      throw new Failure(
          Exit.IO, "suite 1 holds at most 16 MiB (" + MAX_WHOLE + " bytes)", "Leave --suite out.");
    }
  }

  private Lengths seal(
      Envelope envelope,
      Optional<Suite> forced,
      Binding binding,
      Source source,
      Outputs outputs,
      String target)
      throws IOException {
    byte[] piece = new byte[Progress.PIECE];
    try (Sink sink = outputs.start(target);
        EnvelopeOutputStream sealing = binding.sealing(envelope, sink.stream());
        Progress progress = new Progress(surroundings, "seal", source.size(), !results.json())) {
      for (int n = source.stream().read(piece); n >= 0; n = source.stream().read(piece)) {
        progress.advance(n);
        checkFits(forced, progress.done());
        sealing.write(piece, 0, n);
      }
      sealing.finish();
      sink.complete();
      return new Lengths(progress.done(), sink.written());
    } finally {
      Arrays.fill(piece, (byte) 0);
    }
  }

  private String target() {
    if (output != null) {
      return output;
    }
    return input.equals(Inputs.STANDARD) ? Inputs.STANDARD : input + ENDING;
  }

  private void report(String target, Lengths lengths, Binding binding, KeyDescription key) {
    if (binding.isNothing()) {
      surroundings.tell(
          "e2ee: the envelope is bound to nothing: whoever stores it can pass it off as another."
              + " Bind it with --user, --type, --id or with --aad.");
    }
    if (results.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("input", input);
      json.put("output", target);
      json.put("plaintextLength", lengths.plaintext());
      json.put("envelopeLength", lengths.envelope());
      json.put("boundTo", binding.word());
      json.put("key", KeyTexts.json(key));
      results.print(() -> json, () -> "");
    } else if (!target.equals(Inputs.STANDARD)) {
      surroundings.tell(
          "sealed "
              + lengths.plaintext()
              + " bytes into "
              + target
              + " ("
              + lengths.envelope()
              + " bytes) under "
              + KeyTexts.phrase(key));
    }
  }
}
