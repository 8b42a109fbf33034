package dev.e2ee.benchmarks.report;

import dev.e2ee.benchmarks.goal.Judgement;
import dev.e2ee.benchmarks.goal.Target;
import dev.e2ee.benchmarks.goal.Targets;
import dev.e2ee.benchmarks.goal.Verdict;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.Spread;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The targets, each with what was measured. */
final class TargetSection {
  private static final List<String> HEADINGS =
      List.of("JDK", "Target", "Required", "Median", "Least … most", "Verdict");

  private final Results results;

  TargetSection(Results results) {
    this.results = results;
  }

  @Override
  public String toString() {
    Table table = new Table(HEADINGS);
    Map<Verdict, Integer> count = new EnumMap<>(Verdict.class);
    for (Target target : Targets.all(places())) {
      Judgement judgement = target.judge(results);
      count.merge(judgement.verdict(), 1, Integer::sum);
      table.row(row(target, judgement));
    }
    return """
        ## Targets

        %d met, %d missed, %d not measured. Ratios of one run: one for each round, and of these the median.

        %s
        """
        .formatted(
            count.getOrDefault(Verdict.MET, 0),
            count.getOrDefault(Verdict.MISSED, 0),
            count.getOrDefault(Verdict.NOT_MEASURED, 0),
            table);
  }

  /** Where files were tried; in memory when they were not yet. */
  private List<String> places() {
    List<String> places = Order.places(results, Task.FILE_SEAL);
    return places.isEmpty() ? List.of("tmpfs") : places;
  }

  private static List<String> row(Target target, Judgement judgement) {
    String remark = judgement.remark().isEmpty() ? "" : " (" + judgement.remark() + ")";
    return List.of(
        target.jdk(),
        target.what(),
        target.required(),
        judgement.ratio().map(Spread::median).map(Units::ratio).orElse(""),
        judgement.ratio().map(TargetSection::range).orElse(""),
        judgement.verdict().text() + remark);
  }

  private static String range(Spread ratio) {
    return Units.ratio(ratio.least()) + " … " + Units.ratio(ratio.most());
  }
}
