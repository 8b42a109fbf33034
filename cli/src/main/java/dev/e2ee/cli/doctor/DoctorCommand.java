package dev.e2ee.cli.doctor;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.FindingText;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.StoreLocation;
import dev.e2ee.spi.probe.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee doctor}: whether everything that is needed is there and well. */
@Command(
    name = "doctor",
    description = "Check Java, the engine, the custody back ends and the key store. Never prompts.")
public final class DoctorCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin Results results;

  @Option(
      names = "--keys",
      paramLabel = "URI|PATH",
      description = "The key store. Default: E2EE_KEYS, else ~/.local/share/e2ee/keys.e2ee.")
  @Nullable String keys;

  /** In these surroundings. */
  public DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() {
    List<Finding> all = new ArrayList<>(Machine.findings());
    all.addAll(
        KeyStoreCheckup.of(
            StoreLocation.of(keys, surroundings), StoreLocation.isNamed(keys, surroundings)));
    results.print(() -> all.stream().map(DoctorCommand::json).toList(), () -> FindingText.of(all));
    boolean failed = all.stream().anyMatch(f -> f.level() == Finding.Level.FAIL);
    return (failed ? Exit.PARTLY : Exit.OK).code();
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("check", finding.topic());
    fields.put("level", finding.level());
    fields.put("detail", finding.detail());
    return fields;
  }
}
