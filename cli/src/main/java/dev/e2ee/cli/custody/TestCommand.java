package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.CountBar;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.cli.store.AccessOptions;
import dev.e2ee.cli.store.AuditLog;
import dev.e2ee.cli.store.StoreLocation;
import dev.e2ee.custody.tck.CustodyTck;
import dev.e2ee.custody.tck.Effort;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.Point;
import dev.e2ee.custody.tck.report.CustodyReport;
import dev.e2ee.custody.tck.report.Outcome;
import dev.e2ee.custody.tck.report.PointResult;
import dev.e2ee.custody.tck.report.ReportFiles;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2ee custody test}: the TCK over a store of the user's own. */
@Command(
    name = "test",
    description = {
      "Run the custody TCK over your own store, and report what it does.",
      "A key file, by itself or in the keychain: over copies, which are deleted. A token: with keys",
      "of its own, whose names begin with tck-; nothing else in it is touched, and they stay,",
      "because no store deletes keys.",
      "testvectors/tck/README.md lists the points, and says how to delete the keys.",
      "Exit code 10 when a point failed, or one that --point names was not tried."
    })
public final class TestCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "URI|PATH",
      description = "The store: a custody URI or the path of a key file.")
  String store = "";

  @Mixin AccessOptions access;
  @Mixin Results results;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write index.html and custody.json into this directory.")
  @Nullable Path report;

  @Option(
      names = "--point",
      paramLabel = "ID",
      split = ",",
      description = "Only this point, such as lost-under-load. May be repeated.")
  List<String> ids = List.of();

  @Option(
      names = "--break",
      paramLabel = "COMMAND",
      description = "A shell command that takes the store away, such as stopping its server.")
  @Nullable String breaking;

  @Option(
      names = "--restore",
      paramLabel = "COMMAND",
      description = "A shell command that brings it back.")
  @Nullable String restoring;

  @Option(
      names = "--by-hand",
      description = "In place of both: asks you to pull the cable, and to put it back.")
  boolean byHand;

  @Option(
      names = "--spend-a-try",
      description = {
        "Give the token a wrong PIN too, which costs one of its tries.",
        "A key file counts none: its copy is always given a wrong passphrase."
      })
  boolean spendATry;

  @Option(
      names = "--soak",
      description = "Try as often as the specification says: for a night, not for a coffee.")
  boolean soak;

  /** In these surroundings. */
  public TestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.access = new AccessOptions(surroundings);
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (report != null) {
      requireNoFile(report);
    }
    List<Point> points = points();
    CustodyUri uri = StoreLocation.of(store, surroundings);
    Optional<Outage> outage = outage();
    try (AuditLog log = access.auditLog(uri);
        KeptSecret secret = new KeptSecret(access.passphraseSource(uri))) {
      OwnFixture fixture = OwnFixture.of(uri, secret, outage, spendATry, log);
      if (spendATry && secret.isEmpty()) {
        throw Failure.usage(
            "--spend-a-try gives a wrong PIN, and the URI says where the right one is read",
            "leave pin-source out of the URI, and give the PIN by --passphrase-file or when asked");
      }
      if (outage.orElse(null) instanceof Outage.ByCommand commands
          && points.stream().anyMatch(point -> point.needs().contains(Fault.LOSS))) {
        new Rehearsal(uri, secret, log, surroundings).of(commands);
      }
      if (report != null) {
        Files.createDirectories(report); // before minutes of work, not behind them
      }
      return test(fixture, points, log);
    }
  }

  private static void requireNoFile(Path report) {
    boolean aFile = report.toString().endsWith(".html") || Files.isRegularFile(report);
    if (aFile) {
      throw Failure.usage(
          "--report takes a directory, and " + report + " is a file, or named like one",
          "index.html and custody.json are written into it: --report tck-report");
    }
  }

  /** How many a run makes; how many one point makes nobody needs to know. */
  private String keys() {
    if (!ids.isEmpty()) {
      return "keys";
    }
    return soak ? "about 700 keys" : "about 70 keys";
  }

  private int test(OwnFixture fixture, List<Point> points, AuditLog log) throws IOException {
    CustodyTck tck = new CustodyTck(fixture, effort());
    fixture.warning(keys(), tck.names()).ifPresent(surroundings::tell);
    TestRecord record = new TestRecord(log, tck.names());
    record.begins(points.size());
    write(tck.report()); // in the place of an earlier run's, which would look like this one's
    try (CountBar bar = new CountBar(surroundings, "custody test", points.size())) {
      for (Point point : points) {
        requireCommandsWorked(tck.run(point));
        write(tck.report()); // whoever stops the run has what it found
        bar.step();
      }
    }
    Leftovers left = fixture.leftovers(tck.names(), log);
    CustodyReport whole = tck.report().withFact("Left in the store", left.fact());
    write(whole);
    record.ended(whole, left);
    TestSummary summary = new TestSummary(whole, left);
    results.print(summary::json, () -> summary.text(report));
    int notTried = ids.isEmpty() ? 0 : whole.count(Outcome.DECLARED);
    return (whole.count(Outcome.FAILED) + notTried == 0 ? Exit.OK : Exit.DEVIATING).code();
  }

  /** A command of the user that fails is no fault of the store, and ends the run. */
  private static void requireCommandsWorked(PointResult result) {
    result.error().stream()
        .flatMap(error -> Stream.concat(Stream.of(error), Stream.of(error.getSuppressed())))
        .filter(Failure.class::isInstance)
        .map(Failure.class::cast)
        .findFirst()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  private void write(CustodyReport found) throws IOException {
    if (report != null) {
      ReportFiles.write(found, report);
    }
  }

  private List<Point> points() {
    List<Point> all = CustodyTck.points();
    List<String> known = all.stream().map(Point::id).toList();
    for (String id : ids) {
      if (!known.contains(id)) {
        throw Failure.usage("there is no point " + id, "There are: " + String.join(", ", known));
      }
    }
    return all.stream().filter(point -> ids.isEmpty() || ids.contains(point.id())).toList();
  }

  private Effort effort() {
    Effort effort = soak ? Effort.full() : Effort.small();
    if (!byHand) {
      return effort;
    }
    return new Effort(
        1, // nobody pulls a cable a hundred times
        effort.freezes(),
        effort.closings(),
        effort.operations(),
        effort.races(),
        effort.kills(),
        effort.wrongTries());
  }

  private Optional<Outage> outage() {
    String first = breaking;
    String second = restoring;
    if (byHand) {
      if (first != null || second != null) {
        throw Failure.usage("give --by-hand, or --break and --restore", "");
      }
      return Optional.of(new Outage.ByHand(surroundings));
    }
    if (first == null && second == null) {
      return Optional.empty();
    }
    if (first == null || second == null) {
      throw Failure.usage("--break and --restore go together", "");
    }
    return Optional.of(new Outage.ByCommand(first, second));
  }
}
