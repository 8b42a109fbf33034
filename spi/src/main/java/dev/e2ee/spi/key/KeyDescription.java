package dev.e2ee.spi.key;

import java.time.Instant;

/**
 * The public data of one generation.
 *
 * @param name 1 to 64 characters {@code [A-Za-z0-9._-]}, the same for all generations
 * @param generation 1, 2, …
 * @param id of this generation
 * @param kind what it is for
 * @param state in its life
 * @param created when it was made or brought in, to the second
 * @param residency as verified
 */
public record KeyDescription(
    String name,
    int generation,
    KeyId id,
    KeyKind kind,
    KeyState state,
    Instant created,
    Residency residency) {}
