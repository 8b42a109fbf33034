/** Re-wraps a data set with Apache Spark; {@code examples/spark/README.md} tells how to run it. */
@NullMarked
package dev.e2ee.example.spark;

import org.jspecify.annotations.NullMarked;
