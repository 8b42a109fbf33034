package dev.e2ee.custody.tck.internal.ground;

/** The store does not claim what the point is about, and refuses it as it must. */
public final class NotOffered extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what it does not claim. */
  public NotOffered(String what) {
    super(what);
  }
}
