/** What was measured: series of rounds, ratios, targets, and the report of them. */
@NullMarked
package dev.e2ee.benchmarks.result;

import org.jspecify.annotations.NullMarked;
