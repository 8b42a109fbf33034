package dev.e2ee.custody.tck.internal.ground;

import org.jspecify.annotations.Nullable;

/** A back end does not do what a point says. */
public final class Broken extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** With what was seen in place of what. */
  public Broken(String seen) {
    this(seen, null);
  }

  /** With the error that was seen. */
  public Broken(String seen, @Nullable Throwable cause) {
    super(seen, cause);
  }
}
