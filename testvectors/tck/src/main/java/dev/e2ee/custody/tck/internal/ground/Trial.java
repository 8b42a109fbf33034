package dev.e2ee.custody.tck.internal.ground;

import dev.e2ee.custody.tck.Point;

/**
 * A point and what it does.
 *
 * @param point what is told of it
 * @param body what it does
 */
public record Trial(Point point, Body body) {}
