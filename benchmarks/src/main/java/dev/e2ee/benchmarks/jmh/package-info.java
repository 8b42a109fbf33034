/** Whole records in a warm JVM, by JMH, in interleaved rounds. */
@NullMarked
package dev.e2ee.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
