package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.KeyNames;
import dev.e2ee.cli.store.Store;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.probe.Pace;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee custody bench}: how fast a key in a store wraps and unwraps on this machine now. */
@Command(
    name = "bench",
    description = {
      "Measure how fast a key wraps and unwraps DEKs: on this machine, now.",
      "It makes no key, for a token could not delete it: it uses the one that --key names, and",
      "spends wraps of it."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int MOST_THREADS = 256;
  private static final int MOST_SECONDS = 600;
  private static final int DEK = 32;

  /** Until Java has compiled it. */
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  @Mixin StoreArgument store;
  @Mixin Results results;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = "The key to measure with. Default: object= of the URI.")
  @Nullable String name;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Measure with 1 thread and with N. Default: ${DEFAULT-VALUE}.")
  int threads = 8;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time of each measurement. Default: ${DEFAULT-VALUE}.")
  int seconds = 2;

  /** In these surroundings. */
  public BenchCommand(Surroundings surroundings) {
    this.store = new StoreArgument(surroundings);
    this.results = new Results(surroundings);
  }

  /** One measurement. */
  private record Row(String operation, Pace pace) {
    Map<String, Object> json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("operation", operation);
      fields.put("threads", pace.threads());
      fields.put("perSecond", pace.perSecond());
      fields.put("medianMicros", pace.median().toNanos() / 1000);
      fields.put("p99Micros", pace.slowest1Percent().toNanos() / 1000);
      fields.put("operations", pace.operations());
      return fields;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (threads < 1 || threads > MOST_THREADS || seconds < 1 || seconds > MOST_SECONDS) {
      throw Failure.usage("--threads is 1 to 256, --seconds 1 to 600", "");
    }
    CustodyUri uri = store.uri();
    try (Store opened = store.access().open(uri)) {
      opened.unlocked();
      CustodyKey key = opened.primary(name(uri, opened));
      DekWrap wrap =
          key.operation(DekWrap.class)
              .orElseThrow(
                  () ->
                      new Failure(
                          Exit.CUSTODY, "the key '" + name + "' wraps no DEKs", "Name a UMK."));
      report(uri, key, wrap);
    }
    return Exit.OK.code();
  }

  private String name(CustodyUri uri, Store opened) {
    return KeyNames.meant(name, uri)
        .orElseThrow(
            () ->
                Failure.usage(
                    "a benchmark needs a key: give --key NAME",
                    opened.keyNames() + " One for this alone: e2ee key generate bench --keys URI"));
  }

  private void report(CustodyUri uri, CustodyKey key, DekWrap wrap) {
    List<Row> rows = new ArrayList<>();
    long spent = measure(wrap, rows);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("location", uri.location());
    json.put("key", key.id());
    json.put("wrapAlg", wrap.wrapAlg());
    json.put("wrapsSpent", spent);
    json.put("measurements", rows.stream().map(Row::json).toList());
    results.print(() -> json, () -> text(uri, wrap, rows, spent));
  }

  /** Measures, and gives the number of wraps of the key that it cost. */
  private long measure(DekWrap wrap, List<Row> rows) {
    byte[] aad = new byte[DEK];
    byte[] bytes = new byte[DEK];
    new SecureRandom().nextBytes(bytes);
    LongAdder spent = new LongAdder();
    try (SecretBytes dek = SecretBytes.adopt(bytes)) {
      Runnable wraps =
          () -> {
            wrap.wrap(dek, aad);
            spent.increment();
          };
      byte[] wrapped = wrap.wrap(dek, aad);
      spent.increment();
      Runnable unwraps = () -> wrap.unwrap(wrapped, aad).close();
      for (Runnable operation : List.of(wraps, unwraps)) {
        Pace.of(1, WARM_UP, operation);
      }
      for (int at : threads == 1 ? new int[] {1} : new int[] {1, threads}) {
        rows.add(new Row("wrap", Pace.of(at, Duration.ofSeconds(seconds), wraps)));
        rows.add(new Row("unwrap", Pace.of(at, Duration.ofSeconds(seconds), unwraps)));
      }
    }
    return spent.sum();
  }

  private String text(CustodyUri uri, DekWrap wrap, List<Row> rows, long spent) {
    StringBuilder text = new StringBuilder();
    text.append(uri.location()).append(", key '").append(name).append("', wrapAlg ");
    text.append(wrap.wrapAlg()).append(". On this machine, now:\n");
    String row = "%-6s  %7s  %12s  %10s  %10s%n";
    text.append(row.formatted("WHAT", "THREADS", "PER SECOND", "MEDIAN µs", "99 % µs"));
    for (Row each : rows) {
      Pace pace = each.pace;
      text.append(
          row.formatted(
              each.operation,
              pace.threads(),
              pace.perSecond(),
              pace.median().toNanos() / 1000,
              pace.slowest1Percent().toNanos() / 1000));
    }
    return text.append("It spent ").append(spent).append(" wraps of the key.").toString();
  }
}
