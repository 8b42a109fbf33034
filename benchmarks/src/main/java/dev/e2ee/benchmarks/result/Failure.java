package dev.e2ee.benchmarks.result;

/**
 * A cell that could not be measured.
 *
 * @param cell what should have been measured
 * @param reason one line
 */
public record Failure(Cell cell, String reason) {}
