package dev.e2ee.benchmarks.goal;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Series;
import dev.e2ee.benchmarks.result.Spread;
import dev.e2ee.benchmarks.result.Units;
import java.util.List;
import java.util.Optional;

/**
 * Ours is at least so many times as fast as another: the median over the rounds of the ratio of
 * bytes a second.
 *
 * @param what in words
 * @param ours who must be fast
 * @param theirs compared with whom
 * @param least the ratio to reach
 */
public record SpeedTarget(String what, Cell ours, Cell theirs, double least) implements Target {
  @Override
  public String jdk() {
    return ours.jdk();
  }

  @Override
  public String required() {
    return "≥ " + Units.ratio(least);
  }

  @Override
  public List<Cell> cells() {
    return List.of(ours, theirs);
  }

  @Override
  public Judgement judge(Results results) {
    if (results.failure(ours).isPresent()) {
      return Judgement.failed("failed");
    }
    Optional<Series> our = results.speed(ours);
    Optional<Series> their = results.speed(theirs);
    Optional<Series> stopped = results.find(theirs, Metric.STOPPED_AFTER_SECONDS);
    if (our.isPresent() && stopped.isPresent()) {
      return judgeByLimit(our.get(), stopped.get().spread().least());
    }
    if (our.isEmpty() || their.isEmpty()) {
      return Judgement.notMeasured(
          results.failure(theirs).isPresent() ? theirs.subject() + " failed" : "");
    }
    return our.get()
        .speedRatio(their.get())
        .map(ratio -> Judgement.of(ratio.median() >= least, ratio, ""))
        .orElseGet(() -> Judgement.notMeasured("no round has both"));
  }

  /** The other one was not done when it was stopped: ours is faster by this ratio at the least. */
  private Judgement judgeByLimit(Series our, double seconds) {
    Spread ratio = Spread.of(our.rounds().values().stream().map(value -> seconds / value).toList());
    String remark = theirs.subject() + " stopped after " + Units.seconds(seconds);
    return ratio.median() >= least
        ? Judgement.of(true, ratio, "at least this; " + remark)
        : Judgement.notMeasured(remark);
  }
}
