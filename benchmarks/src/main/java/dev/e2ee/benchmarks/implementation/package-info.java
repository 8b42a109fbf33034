/** What is measured: ours over several engines, and its peers, each behind one interface. */
@NullMarked
package dev.e2ee.benchmarks.implementation;

import org.jspecify.annotations.NullMarked;
