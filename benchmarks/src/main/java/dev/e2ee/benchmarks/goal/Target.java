package dev.e2ee.benchmarks.goal;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Results;
import java.util.List;

/** One number that the project wants to reach. */
public sealed interface Target permits SpeedTarget, AllocationTarget, SoakTarget {
  /** What is compared, in words. */
  String what();

  /** The JDK that it is for. */
  String jdk();

  /** The condition, such as ≥ 1.40. */
  String required();

  /** What has to be measured to judge it. */
  List<Cell> cells();

  /** Whether the numbers reach it. */
  Judgement judge(Results results);
}
