package dev.e2ee.spi.probe;

import dev.e2ee.spi.CustodyUri;

/**
 * A store, or a place where stores may be, that was found.
 *
 * @param uri its address, ready for use
 * @param description for a person: what it is, and where that is known from
 */
public record FoundStore(CustodyUri uri, String description) {}
