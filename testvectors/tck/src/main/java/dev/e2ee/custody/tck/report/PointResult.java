package dev.e2ee.custody.tck.report;

import dev.e2ee.custody.tck.Point;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of one point.
 *
 * @param point which
 * @param outcome how it ended
 * @param detail what was done, in numbers; why it failed; or the declared reason. May be empty when
 *     it passed
 * @param took how long
 * @param error where it failed, with its stack
 */
public record PointResult(
    Point point, Outcome outcome, String detail, Duration took, Optional<Throwable> error) {}
