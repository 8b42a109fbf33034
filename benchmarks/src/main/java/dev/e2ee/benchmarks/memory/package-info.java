/** Which keys the memory of a process still holds after records were sealed and opened. */
@NullMarked
package dev.e2ee.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
