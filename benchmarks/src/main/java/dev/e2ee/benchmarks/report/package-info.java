/** The report of the results: Markdown tables and SVG charts. */
@NullMarked
package dev.e2ee.benchmarks.report;

import org.jspecify.annotations.NullMarked;
