package dev.e2ee.cli.key;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyTexts;
import dev.e2ee.cli.store.Store;
import dev.e2ee.cli.store.StoreOptions;
import dev.e2ee.cli.transfer.Inputs;
import dev.e2ee.cli.transfer.Outputs;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyDescription;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee key export}: the one command that shows a key; audited. */
@Command(name = "export", description = "Take a key out, in plain: 32 bytes.")
public final class KeyExportCommand implements Callable<Integer> {
  @Mixin StoreOptions store;
  @Mixin Results results;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Name of the key. Default: ${DEFAULT-VALUE}.")
  String name = "default";

  @Option(
      names = "--generation",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which generation. Default: the one in use.")
  int generation;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the audit log.")
  String reason = "";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "Where the key goes: a new file of mode 0600, or - for standard output.")
  String out = "";

  @Option(names = "--hex", description = "Write 64 hex digits and a newline instead of 32 bytes.")
  boolean hex;

  @Option(names = "--force", description = "Replace a file that is there; write to a terminal.")
  boolean force;

  private final Surroundings surroundings;

  /** In these surroundings. */
  public KeyExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.store = new StoreOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (reason.isBlank()) {
      throw Failure.usage("--reason must say why the key is taken out", "");
    }
    boolean standard = out.equals(Inputs.STANDARD);
    if (standard && results.json()) {
      throw Failure.usage("--json prints on standard output: send the key to --out FILE", "");
    }
    Outputs outputs = new Outputs(surroundings, force);
    if (outputs.isTerminal(out) && !force) {
      throw new Failure(
          Exit.IO,
          "the key would be shown on the terminal",
          "Give --out FILE, send it into a pipe, or insist with --force.");
    }
    outputs.check(out);
    try (Store opened = store.openForChange()) {
      opened.unlocked();
      KeyDescription key = opened.describe(name, generation);
      try (SecretBytes secret = opened.custody().export(key.id(), reason)) {
        write(outputs, secret);
      }
      if (!standard) {
        report(key);
      }
    }
    return Exit.OK.code();
  }

  private void write(Outputs outputs, SecretBytes secret) throws IOException {
    byte[] raw = secret.copy();
    byte[] content = hex ? KeyEncoding.hex(raw) : raw;
    try {
      outputs.write(out, content);
    } finally {
      Arrays.fill(raw, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  private void report(KeyDescription key) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("output", out);
    json.put("reason", reason);
    json.put("key", KeyTexts.json(key));
    results.print(
        () -> json,
        () ->
            "Wrote "
                + KeyTexts.phrase(key)
                + " to "
                + out
                + ", unprotected: delete it as soon as it is where it should be. It comes back with:"
                + " e2ee key import "
                + key.name()
                + " "
                + out
                + " --generation "
                + key.generation()
                + " --id "
                + key.id());
  }
}
