package dev.e2ee.cli.envelope;

import dev.e2ee.cli.io.Diagnosis;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.cli.transfer.Progress;
import dev.e2ee.cli.transfer.Sink;
import dev.e2ee.cli.transfer.Source;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee open}: one envelope back into what was sealed, once all of it is verified. */
@Command(name = "open", description = "Decrypt an envelope, under the key that it names.")
public final class OpenCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin StoreOptions store;
  @Mixin ContextOptions context = new ContextOptions();
  @Mixin Results results;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = Inputs.STANDARD,
      description = "The envelope; - or nothing for standard input.")
  String input = Inputs.STANDARD;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the content goes; - for standard output. Default: FILE without .e2ee.")
  @Nullable String output;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = "Open only what was sealed under a generation of this key.")
  @Nullable String key;

  @Option(
      names = "--min-generation",
      paramLabel = "N",
      defaultValue = "0",
      description = "Open only what was sealed under this generation or a later one.")
  int minimumGeneration;

  @Mixin ThreadOption threads = new ThreadOption();

  @Option(
      names = "--force",
      description = "Replace an output file that is there; write binary to a terminal.")
  boolean force;

  /** In these surroundings. */
  public OpenCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    Binding binding = context.binding();
    int parallelism = threads.number();
    if (minimumGeneration < 0) {
      throw Failure.usage("--min-generation is a whole number from 0 on", "");
    }
    store.checkInput(input);
    String target = target();
    Outputs outputs = new Outputs(surroundings, force);
    outputs.check(target);
    if (results.json() && target.equals(Inputs.STANDARD)) {
      throw Failure.usage("--json prints on standard output: send the content to -o FILE", "");
    }
    try (Store opened = store.open();
        Source source = Source.open(surroundings, input)) {
      EnvelopeInfo info = EnvelopeStart.of(source);
      checkMinimum(info);
      checkBound(info, binding);
      opened.unlocked();
      CustodyKey umk = opened.named(info.keyId());
      checkName(umk.description());
      try (Envelope envelope = Envelope.with(umk).withParallelism(parallelism)) {
        long size = source.size() == Source.UNKNOWN ? Source.UNKNOWN : info.plaintextLength();
        long length = open(envelope, binding, source, size, outputs.start(target));
        report(target, length, binding, umk.description());
      }
    }
    return Exit.OK.code();
  }

  /** Takes over the sink, and closes it. */
  private long open(Envelope envelope, Binding binding, Source source, long size, Sink target)
      throws IOException {
    try (Sink sink = target;
        EnvelopeInputStream opening = binding.opening(envelope, source.stream());
        Progress progress = new Progress(surroundings, "open", size, !results.json())) {
      for (int n = read(opening, sink, 0); n >= 0; n = read(opening, sink, progress.done())) {
        sink.take();
        progress.advance(n);
      }
      sink.complete();
      return progress.done();
    }
  }

  private static int read(EnvelopeInputStream opening, Sink sink, long done) throws IOException {
    ByteBuffer room = sink.room();
    try {
      return opening.read(room);
    } catch (IOException e) {
      Diagnosis why = Diagnosis.of(e);
      if (!sink.isSeen()) {
        if (done == 0 || why.exit() != Exit.NOT_AUTHENTIC) {
          throw e;
        }
        throw new Failure(
            why.exit(),
            "the envelope was altered or cut: only a beginning of it opens",
            "Key and context are right. Fetch an unaltered copy.",
            e);
      }
      throw new Failure(
          Exit.BEGINNING,
          why.what() + "; what was written before is only a verified beginning",
          "Throw it away. Open into a file with -o: it appears only when it is complete.",
          e);
    }
  }

  /** Before anything is opened; opening then verifies the generation that the header claims. */
  private void checkMinimum(EnvelopeInfo info) {
    if (Integer.compareUnsigned(info.generation(), minimumGeneration) < 0) {
      throw new Failure(
          Exit.WRONG_KEY,
          "the envelope was sealed under generation "
              + Integer.toUnsignedString(info.generation())
              + ", and --min-generation is "
              + minimumGeneration,
          "Re-wrap it, or ask for the record's present version.");
    }
  }

  /** Told before a passphrase is asked for: the header says so in public. */
  private static void checkBound(EnvelopeInfo info, Binding binding) {
    if (binding.isNothing() && !info.contextFree()) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          "the envelope is bound to a context, and none was given",
          "Give the same --user, --type, --id (and --tenant, --revision) or --aad as for sealing.");
    }
    if (!binding.isNothing() && info.contextFree()) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          "the envelope is bound to no context, and one was given",
          "If it was meant to be bound, fetch the right one; else leave --user, --type, --id or"
              + " --aad out.");
    }
  }

  private void checkName(KeyDescription found) {
    if (key != null && !key.equals(found.name())) {
      throw new Failure(
          Exit.WRONG_KEY,
          "the envelope was sealed under the key '" + found.name() + "', not '" + key + "'",
          "Leave --key out, or look for the right envelope.");
    }
  }

  private String target() {
    if (output != null) {
      return output;
    }
    if (input.equals(Inputs.STANDARD)) {
      return Inputs.STANDARD;
    }
    if (!input.endsWith(SealCommand.ENDING) || input.length() == SealCommand.ENDING.length()) {
      throw Failure.usage(
          input + " does not end in " + SealCommand.ENDING + ", so the output has no name",
          "Give -o FILE, or -o - for standard output.");
    }
    return input.substring(0, input.length() - SealCommand.ENDING.length());
  }

  private void report(String target, long length, Binding binding, KeyDescription key) {
    if (results.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("input", input);
      json.put("output", target);
      json.put("plaintextLength", length);
      json.put("boundTo", binding.word());
      json.put("key", KeyTexts.json(key));
      results.print(() -> json, () -> "");
    } else if (!target.equals(Inputs.STANDARD)) {
      surroundings.tell(
          "opened " + length + " bytes into " + target + " with " + KeyTexts.phrase(key));
    }
  }
}
