/** What the benchmarks run on: the machine, its Javas, the versions of what is measured. */
@NullMarked
package dev.e2ee.benchmarks.machine;

import org.jspecify.annotations.NullMarked;
