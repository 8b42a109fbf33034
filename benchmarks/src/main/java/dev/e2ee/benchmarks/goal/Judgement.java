package dev.e2ee.benchmarks.goal;

import dev.e2ee.benchmarks.result.Spread;
import java.util.Optional;

/**
 * What came out for one target.
 *
 * @param verdict by the median
 * @param ratio the measured ratio over the rounds, where there is one
 * @param remark what a reader must know besides; may be empty
 */
public record Judgement(Verdict verdict, Optional<Spread> ratio, String remark) {
  static Judgement notMeasured(String remark) {
    return new Judgement(Verdict.NOT_MEASURED, Optional.empty(), remark);
  }

  /** Ours could not do it at all; the report lists the reasons. */
  static Judgement failed(String remark) {
    return new Judgement(Verdict.MISSED, Optional.empty(), remark);
  }

  /** It was done; there is no ratio. */
  static Judgement done() {
    return new Judgement(Verdict.MET, Optional.empty(), "");
  }

  static Judgement of(boolean met, Spread ratio, String remark) {
    return new Judgement(met ? Verdict.MET : Verdict.MISSED, Optional.of(ratio), remark);
  }
}
