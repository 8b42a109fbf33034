package dev.e2ee.cli.envelope;

import dev.e2ee.cli.io.Diagnosis;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.transfer.Source;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.Suite;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2ee inspect}: what envelopes say of themselves in public. Needs no key. */
@Command(
    name = "inspect",
    description = "Show what envelopes say in public. Needs no key and verifies nothing.")
public final class InspectCommand implements Callable<Integer> {
  /** Plaintext bytes of every chunk of suite 2 but the last. */
  private static final int CHUNK = 16 << 10;

  private final Surroundings surroundings;

  @Mixin Results results;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "The envelopes; - for standard input.")
  List<String> inputs = List.of();

  /** In these surroundings. */
  public InspectCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, MalformedEnvelopeException {
    List<Map<String, Object>> all = new ArrayList<>();
    Exit exit = Exit.OK;
    for (String input : inputs) {
      try {
        all.add(inspect(input));
      } catch (IOException | Failure | MalformedEnvelopeException e) {
        Diagnosis why = Diagnosis.of(e);
        surroundings.tell("e2ee: " + why.about(input));
        if (e instanceof Failure && !why.advice().isEmpty()) {
          surroundings.tell("  " + why.advice());
        }
        all.add(Map.of("file", input, "error", why.what()));
        exit = inputs.size() == 1 ? why.exit() : Exit.PARTLY;
      }
    }
    results.print(() -> all, () -> text(all));
    return exit.code();
  }

  private Map<String, Object> inspect(String input) throws IOException, MalformedEnvelopeException {
    try (Source source = Source.open(surroundings, input)) {
      if (source.size() != Source.UNKNOWN) {
        return fields(input, EnvelopeStart.of(source), source.size());
      }
      byte[] start = source.peek(Envelope.MAX_HEADER);
      long length = source.stream().transferTo(OutputStream.nullOutputStream());
      return fields(input, Envelope.inspect(start, length), length);
    }
  }

  private static Map<String, Object> fields(String input, EnvelopeInfo info, long length) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", input);
    fields.put("suite", info.suite());
    fields.put("suiteNumber", info.suite().number());
    fields.put("keyId", info.keyId());
    fields.put("generation", Integer.toUnsignedLong(info.generation()));
    fields.put("wrapAlg", info.wrapAlg());
    fields.put("bound", !info.contextFree());
    fields.put("headerLength", info.headerLength());
    fields.put("plaintextLength", info.plaintextLength());
    fields.put("envelopeLength", length);
    if (info.suite() == Suite.AES_256_GCM_CHUNKED) {
      fields.put("chunks", info.plaintextLength() / CHUNK + 1);
    }
    return fields;
  }

  private static String text(List<Map<String, Object>> all) {
    List<String> blocks = new ArrayList<>();
    for (Map<String, Object> fields : all) {
      if (!fields.containsKey("error")) {
        blocks.add(block(fields));
      }
    }
    return String.join("\n", blocks);
  }

  private static String block(Map<String, Object> fields) {
    return """
        %s
          key         %s, generation %s
          suite       %s (%s%s), DEK wrapped with algorithm %s
          bound to    %s
          content     %s bytes, sealed: %s bytes"""
        .formatted(
            fields.get("file"),
            fields.get("keyId"),
            fields.get("generation"),
            fields.get("suiteNumber"),
            fields.get("suite"),
            fields.containsKey("chunks") ? ", " + fields.get("chunks") + " chunks" : "",
            fields.get("wrapAlg"),
            Boolean.TRUE.equals(fields.get("bound"))
                ? "a record or AAD (needed to open it)"
                : "nothing: it can be passed off as another",
            fields.get("plaintextLength"),
            fields.get("envelopeLength"));
  }
}
