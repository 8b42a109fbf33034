package dev.e2ee.spi;

import java.security.ProviderException;
import org.jspecify.annotations.Nullable;

/**
 * The engine that was asked for, by name or by the property {@code e2ee.engine}, cannot be had in
 * this JVM; the message says what to do. Nothing else computes in its place.
 */
public final class EngineUnavailableException extends ProviderException {
  private static final long serialVersionUID = 1L;

  /** With what to do, and the cause where there is one. */
  public EngineUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
