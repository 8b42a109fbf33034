/** DEKs wrapped in a token: the custody against C and SunPKCS11 through the same module. */
@NullMarked
package dev.e2ee.benchmarks.token;

import org.jspecify.annotations.NullMarked;
