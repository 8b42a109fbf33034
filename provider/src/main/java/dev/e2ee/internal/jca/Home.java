package dev.e2ee.internal.jca;

import dev.e2ee.spi.internal.crypto.Engine;
import java.security.Provider;

/**
 * What a service needs of the provider that it belongs to.
 *
 * @param provider ours
 * @param engine what it computes with
 */
public record Home(Provider provider, Engine engine) {}
