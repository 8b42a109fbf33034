package dev.e2ee.benchmarks.result;

/** What a number counts. */
public enum Metric {
  /** Operations a second, of all threads together. */
  OPERATIONS_PER_SECOND,
  /** Bytes that one operation allocates on the heap. */
  BYTES_ALLOCATED,
  /** Wall-clock seconds of a process, start-up included, or of a part of it. */
  SECONDS,
  /** After how many seconds a process was stopped because it was not done. */
  STOPPED_AFTER_SECONDS,
  /** Seconds of CPU, of all cores together. */
  CPU_SECONDS,
  /** The most resident memory of a process, in KiB. */
  PEAK_KIB
}
