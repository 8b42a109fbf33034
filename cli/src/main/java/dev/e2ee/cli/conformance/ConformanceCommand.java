package dev.e2ee.cli.conformance;

import dev.e2ee.cli.io.CountBar;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.testvectors.conformance.Column;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.report.HtmlReport;
import dev.e2ee.testvectors.conformance.report.JUnitReport;
import dev.e2ee.testvectors.conformance.report.JsonReport;
import dev.e2ee.testvectors.conformance.run.Conformance;
import dev.e2ee.testvectors.conformance.vector.BadVectorFileException;
import dev.e2ee.testvectors.conformance.vector.Catalogue;
import dev.e2ee.testvectors.conformance.vector.Catalogue.Entry;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee conformance}: test vectors against JCA providers. */
@Command(
    name = "conformance",
    description = {
      "Give Wycheproof's and our own test vectors to JCA providers, and report what they do.",
      "Without options: to E2EE over its configured engine. Each provider runs in a JVM of its own.",
      "Exit code 10 when one of them deviated from a vector."
    })
public final class ConformanceCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin Results results;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = {
        "Try this provider: e2ee, jdk, bcfips, accp, conscrypt, one that java.security registers,",
        "or CLASS@JAR (JAR: one or more, with colons between). May be repeated."
      })
  List<String> providers = List.of();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = {
        "Try E2EE over this engine: jdk, bcfips, fips (approved-only), accp, a registered",
        "provider, or CLASS@JAR. May be repeated."
      })
  List<String> engines = List.of();

  @Option(
      names = "--matrix",
      description = "Try E2EE over each engine, and the bare providers beside it.")
  boolean matrix;

  @Option(
      names = "--files",
      paramLabel = "GLOB",
      split = ",",
      description = "Only the files of this name or pattern, such as 'aes_*'. May be repeated.")
  List<String> globs = List.of();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write index.html, conformance.json and junit.xml into this directory.")
  @Nullable Path report;

  @Option(
      names = "--any-version",
      description = "Take other versions of Wycheproof's files than the known ones.")
  boolean anyVersion;

  /** In these surroundings. */
  public ConformanceCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (report != null) {
      Files.createDirectories(report); // before a minute of work, not behind it
    }
    List<Column> columns = columns();
    Conformance conformance = conformance();
    Report made;
    try (CountBar bar =
        new CountBar(surroundings, "conformance", conformance.tests() * (long) columns.size())) {
      made = conformance.run(columns, (column, file) -> bar.step());
    }
    requireAny(made);
    if (report != null) {
      write(made, report);
    }
    Summary summary = new Summary(made);
    results.print(summary::json, () -> summary.text(report));
    return (made.deviations() == 0 ? Exit.OK : Exit.DEVIATING).code();
  }

  private List<Column> columns() {
    Columns known = new Columns();
    List<Column> columns = new ArrayList<>(matrix ? known.matrix() : List.of());
    engines.forEach(engine -> columns.add(known.engine(engine)));
    providers.forEach(provider -> columns.add(known.provider(provider)));
    return columns.isEmpty() ? List.of(known.provider("e2ee")) : Columns.unique(columns);
  }

  private Conformance conformance() throws IOException {
    try {
      return Conformance.over(entries(), anyVersion);
    } catch (IllegalStateException | BadVectorFileException e) {
      throw new Failure(
          Exit.IO,
          String.valueOf(e.getMessage()),
          "Our own vectors need no others: --files 'envelope*,device*,recovery*,keyfile*,argon2id*'",
          e);
    }
  }

  private List<Entry> entries() {
    if (globs.isEmpty()) {
      return Catalogue.all();
    }
    List<PathMatcher> matchers =
        globs.stream().map(g -> FileSystems.getDefault().getPathMatcher("glob:" + g)).toList();
    List<Entry> chosen =
        Catalogue.all().stream()
            .filter(e -> matchers.stream().anyMatch(m -> m.matches(Path.of(e.name()))))
            .toList();
    if (chosen.isEmpty()) {
      throw Failure.usage(
          "no file is named " + String.join(", ", globs),
          "There are: " + String.join(", ", Catalogue.all().stream().map(Entry::name).toList()));
    }
    return chosen;
  }

  /** In a matrix a provider may be missing; one that was asked for by name may not. */
  private void requireAny(Report made) {
    for (ColumnResult column : made.columns()) {
      if (!matrix && !column.loaded()) {
        throw Failure.usage(
            column.column().title() + ": " + column.trouble(),
            "Take e2ee, jdk, bcfips, accp, conscrypt, a registered provider's name, or CLASS@JAR.");
      }
    }
  }

  private static void write(Report made, Path directory) throws IOException {
    JsonReport.write(made, directory.resolve("conformance.json"));
    JUnitReport.write(made, directory.resolve("junit.xml"));
    HtmlReport.write(made, directory.resolve("index.html"));
  }
}
