package dev.e2ee.benchmarks.memory;

import java.util.Map;

/**
 * Where copies of the keys of one kind were found in one process.
 *
 * @param reachable copies in the heap that the program can still reach
 * @param heap copies in the heap, garbage included
 * @param process copies in all memory of the process
 * @param holders what the copies in the heap are, garbage included, and how many of each
 */
record Observation(int reachable, int heap, int process, Map<String, Integer> holders) {
  /** The most of two runs. */
  Observation orMore(Observation other) {
    return new Observation(
        Math.max(reachable, other.reachable),
        Math.max(heap, other.heap),
        Math.max(process, other.process),
        heap >= other.heap ? holders : other.holders);
  }
}
