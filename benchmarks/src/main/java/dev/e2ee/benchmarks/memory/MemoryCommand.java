package dev.e2ee.benchmarks.memory;

import dev.e2ee.benchmarks.implementation.Implementation;
import dev.e2ee.benchmarks.machine.ChosenJvms;
import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.machine.Machine;
import dev.e2ee.benchmarks.report.ResultsDirectory;
import dev.e2ee.benchmarks.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmarks/run memory}. */
@Command(
    name = "memory",
    description = "Which keys the memory of a process holds after it sealed and opened.",
    mixinStandardHelpOptions = true)
public final class MemoryCommand implements Callable<Integer> {
  private static final String HEAD =
      """
      # Keys in memory

      Written by `benchmarks/run memory` on %s, commit %s; not by hand. [../README.md](../README.md) says what is
      counted and how. Each cell has three numbers of copies: *reachable* in the heap, in the *heap* with its
      garbage, in the whole *process*. They are the most of %d runs.

      """;

  @Mixin private ResultsDirectory results = new ResultsDirectory();

  @Mixin private ChosenJvms chosen = new ChosenJvms();

  @Option(
      names = "--implementations",
      paramLabel = "ID",
      split = ",",
      defaultValue = "e2ee,e2ee-cipher,tink,floor",
      description = "What is looked at. Default: ${DEFAULT-VALUE}.")
  private List<String> implementations = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each runs; the most copies count. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--into",
      paramLabel = "FILE",
      description = "A document with a place for the table, such as SECURITY.md.")
  private @Nullable Path document;

  @Override
  public Integer call() throws IOException, InterruptedException, GeneralSecurityException {
    List<Jvm> jvms = chosen.jvms();
    Map<String, String> facts = Machine.describe();
    facts.putAll(Jvm.versions(jvms));
    facts.putAll(settings());
    MemoryReport few = new MemoryReport(findings(jvms, Load.FEW));
    String summary = few.summary(Load.FEW);
    summary += "\n" + new MemoryReport(findings(jvms, Load.MANY)).summary(Load.MANY);
    Table table = new Table(List.of("What", ""));
    facts.forEach((name, value) -> table.row(List.of(name, value)));
    String head = HEAD.formatted(LocalDate.now(ZoneOffset.UTC), facts.get("Commit"), rounds);
    Files.createDirectories(results.directory());
    Path file = results.directory().resolve("memory.md");
    Files.writeString(
        file,
        head
            + summary
            + "\n## What the copies in the heap are, garbage included, after the few records\n\n"
            + few.holders()
            + "\n## Machine, versions, settings\n\n"
            + table);
    System.out.println("wrote " + file.normalize());
    if (document != null) {
      MarkedPart.replace(document, summary);
      System.out.println("wrote the table into " + document);
    }
    return 0;
  }

  private List<Finding> findings(List<Jvm> jvms, Load load)
      throws IOException, InterruptedException, GeneralSecurityException {
    List<Finding> findings = new ArrayList<>();
    for (Jvm jvm : jvms) {
      for (String id : implementations) {
        findings.addAll(findings(jvm, load, Implementation.of(id)));
      }
    }
    return findings;
  }

  private List<Finding> findings(Jvm jvm, Load load, Implementation which)
      throws IOException, InterruptedException, GeneralSecurityException {
    MemoryRun run = new MemoryRun(jvm.java(), load);
    Map<KeyKind, Observation> open = observations(run, which, false);
    Map<KeyKind, Observation> closed = observations(run, which, true);
    List<Finding> findings = new ArrayList<>();
    open.forEach(
        (kind, seen) -> {
          Observation after = closed.getOrDefault(kind, seen);
          findings.add(new Finding(jvm.release(), which, kind, seen, after));
        });
    System.out.println(load.text() + ": JDK " + jvm.release() + ": " + which.id());
    return findings;
  }

  private Map<KeyKind, Observation> observations(
      MemoryRun run, Implementation which, boolean closes)
      throws IOException, InterruptedException, GeneralSecurityException {
    Map<KeyKind, Observation> most = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      run.run(which, closes).forEach((kind, seen) -> most.merge(kind, seen, Observation::orMore));
    }
    return most;
  }

  private static Map<String, String> settings() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Tink", Machine.libraries().getOrDefault("Tink", "unknown"));
    settings.put("Bytes of the long record of `e2ee`", Integer.toString(MemoryRun.LONG));
    settings.put("Collector", "G1");
    return settings;
  }
}
