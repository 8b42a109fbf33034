package dev.e2ee.benchmarks.result;

import java.util.List;
import java.util.Map;

/**
 * One run of a harness, as its file in {@code benchmarks/results} holds it.
 *
 * @param date when it began, ISO 8601, UTC
 * @param machine what it ran on
 * @param versions what was measured
 * @param settings how
 * @param failures what could not be measured
 * @param series what was measured
 */
public record Run(
    String date,
    Map<String, String> machine,
    Map<String, String> versions,
    Map<String, String> settings,
    List<Failure> failures,
    List<Series> series) {}
