package dev.e2ee.benchmarks.memory;

import dev.e2ee.benchmarks.implementation.Implementation;

/**
 * What was found of one kind of key of one implementation.
 *
 * @param jdk the release that it ran on
 * @param which the implementation
 * @param kind what the keys are for
 * @param open while it was ready for the next record
 * @param closed after it closed what it can
 */
record Finding(
    String jdk, Implementation which, KeyKind kind, Observation open, Observation closed) {}
