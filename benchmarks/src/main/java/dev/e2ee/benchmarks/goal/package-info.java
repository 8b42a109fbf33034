/** The targets of the project, judged by what was measured. */
@NullMarked
package dev.e2ee.benchmarks.goal;

import org.jspecify.annotations.NullMarked;
