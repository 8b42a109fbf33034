/** Benchmarks of the provider against its peers; {@code benchmarks/README.md} tells how to run. */
@NullMarked
package dev.e2ee.benchmarks;

import org.jspecify.annotations.NullMarked;
