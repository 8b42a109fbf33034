/** Bars and lines as SVG, readable on light and on dark pages. */
@NullMarked
package dev.e2ee.benchmarks.chart;

import org.jspecify.annotations.NullMarked;
