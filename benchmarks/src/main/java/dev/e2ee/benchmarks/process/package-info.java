/** Whole files in fresh processes, in interleaved rounds. */
@NullMarked
package dev.e2ee.benchmarks.process;

import org.jspecify.annotations.NullMarked;
