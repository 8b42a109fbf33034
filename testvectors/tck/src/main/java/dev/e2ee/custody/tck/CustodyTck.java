package dev.e2ee.custody.tck;

import dev.e2ee.custody.tck.internal.ground.Ground;
import dev.e2ee.custody.tck.internal.ground.NotOffered;
import dev.e2ee.custody.tck.internal.ground.Trial;
import dev.e2ee.custody.tck.internal.point.Points;
import dev.e2ee.custody.tck.report.CustodyReport;
import dev.e2ee.custody.tck.report.Outcome;
import dev.e2ee.custody.tck.report.PointResult;
import dev.e2ee.custody.tck.report.Run;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyInfo;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of the TCK over a back end: a point after the other, and a report of them. Not for
 * several threads.
 */
public final class CustodyTck {
  /** For one point; who needs longer hangs. */
  private static final Duration MOST = Duration.ofMinutes(10);

  private final CustodyFixture fixture;
  private final Effort effort;
  private final Duration most;
  private final Run run;
  private final Map<Point, Trial> trials = new LinkedHashMap<>();
  private final Map<Point, PointResult> results = new LinkedHashMap<>();
  private String address = "";
  private @Nullable CustodyInfo info;

  /**
   * A run.
   *
   * @throws IllegalArgumentException when the fixture declares a fault without a reason
   */
  public CustodyTck(CustodyFixture fixture, Effort effort) {
    fixture
        .notProduced()
        .forEach(
            (fault, reason) -> {
              if (reason.isBlank()) {
                throw new IllegalArgumentException("say why " + fault + " cannot be produced");
              }
            });
    this.fixture = fixture;
    this.effort = effort;
    this.most = effort.equals(Effort.full()) ? MOST.multipliedBy(12) : MOST;
    byte[] random = new byte[3];
    new SecureRandom().nextBytes(random);
    this.run = Run.beginning(effort, "tck-" + HexFormat.of().formatHex(random) + "-");
    for (Trial trial : Points.all()) {
      trials.put(trial.point(), trial);
    }
  }

  /** All points, in the order of the report. */
  public static List<Point> points() {
    return Points.all().stream().map(Trial::point).toList();
  }

  /** Why a point is not tried: the reasons that the fixture declares; empty when it is tried. */
  public Optional<String> declared(Point point) {
    List<String> reasons = new ArrayList<>();
    fixture
        .notProduced()
        .forEach(
            (fault, reason) -> {
              if (point.needs().contains(fault)) {
                reasons.add(fault + ": " + reason);
              }
            });
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
  }

  /** With what the name of every key begins that this run makes. */
  public String names() {
    return run.names();
  }

  /** Runs one point, unless it is declared, and keeps its result for the report. */
  public PointResult run(Point point) {
    Optional<String> declared = declared(point);
    PointResult result =
        declared.isPresent()
            ? result(point, Outcome.DECLARED, declared.get(), Duration.ZERO, null)
            : tried(point);
    results.put(point, result);
    return result;
  }

  private static PointResult result(
      Point point, Outcome outcome, String detail, Duration took, @Nullable Throwable error) {
    return new PointResult(point, outcome, detail, took, Optional.ofNullable(error));
  }

  /** In a thread of its own: a back end that hangs does not hang the run. */
  private PointResult tried(Point point) {
    AtomicReference<@Nullable PointResult> done = new AtomicReference<>();
    Thread thread = new Thread(() -> done.set(onGround(point)), "tck-" + point.id());
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(most.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return result(point, Outcome.FAILED, "the run was interrupted", Duration.ZERO, e);
    }
    PointResult result = done.get();
    if (result != null) {
      return result;
    }
    IllegalStateException where = new IllegalStateException("where it hangs");
    where.setStackTrace(thread.getStackTrace());
    return result(
        point,
        Outcome.FAILED,
        "it hangs: no end after " + most.toMinutes() + " minutes",
        most,
        where);
  }

  private PointResult onGround(Point point) {
    long start = System.nanoTime();
    Outcome outcome = Outcome.FAILED;
    String detail;
    Throwable error = null;
    try {
      detail = body(point);
      outcome = Outcome.PASSED;
    } catch (NotOffered e) {
      outcome = Outcome.DECLARED;
      detail = String.valueOf(e.getMessage());
    } catch (AssertionError e) {
      detail = String.valueOf(e.getMessage());
      error = e;
    } catch (CustodyException e) {
      detail = "unexpectedly refused with " + e.kind() + ": " + e.getMessage();
      error = e;
    } catch (Throwable e) { // whatever a back end throws, it has failed
      detail = "unexpectedly threw " + e;
      error = e;
    }
    return result(point, outcome, detail, Duration.ofNanos(System.nanoTime() - start), error);
  }

  private String body(Point point) throws Exception {
    Trial trial = trials.get(point);
    if (trial == null) {
      throw new IllegalArgumentException(point.id() + " is no point of this TCK");
    }
    TestedStore store = fixture.newStore(point.needs());
    address = store.uri().toString();
    String prefix = run.names() + points().indexOf(point) + "-";
    try (Ground ground = new Ground(fixture, store, effort, prefix)) {
      if (info == null) {
        info = ground.info(); // the point itself may open it in another process only
      }
      return trial.body().on(ground);
    }
  }

  /** What was run or declared so far. */
  public CustodyReport report() {
    return new CustodyReport(
        fixture.name(),
        fixture.provider().getName(),
        fixture.address().orElse(address),
        fixture.facts(),
        Optional.ofNullable(info),
        run,
        points(),
        points().stream().filter(results::containsKey).map(results::get).toList());
  }
}
