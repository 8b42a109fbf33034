package dev.e2ee.testvectors.conformance;

import org.jspecify.annotations.Nullable;

/**
 * What came of one test.
 *
 * @param tcId the test's number in its file
 * @param outcome how it ended
 * @param expected what the file says must come of it, as a person reads it
 * @param seen what came; of an unsupported test, why it was not tried
 * @param remark what else is to be known, or null
 */
public record Result(
    int tcId, Outcome outcome, String expected, String seen, @Nullable String remark) {}
