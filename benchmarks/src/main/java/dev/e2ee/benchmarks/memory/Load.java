package dev.e2ee.benchmarks.memory;

import java.util.List;

/** How much a JVM seals and opens before its memory is looked at. */
enum Load {
  /** So little that nothing is collected, which would hide garbage. */
  FEW(10, "-Xms128m -Xmx128m -Xmn96m"),
  /** So much that the heap is collected several times. */
  MANY(5000, "-Xms32m -Xmx32m");

  private final int records;
  private final String heap;

  Load(int records, String heap) {
    this.records = records;
    this.heap = heap;
  }

  /** How many records of 1 KiB. */
  int records() {
    return records;
  }

  /** What the JVM is started with, besides the collector. */
  List<String> heap() {
    return List.of(heap.split(" "));
  }

  /** In words. */
  String text() {
    return records + " records, " + heap;
  }
}
