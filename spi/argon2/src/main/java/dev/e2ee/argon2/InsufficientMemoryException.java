package dev.e2ee.argon2;

/** The heap is too small for the memory that a derivation asks for; nothing stays allocated. */
public final class InsufficientMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InsufficientMemoryException(String message) {
    super(message);
  }

  InsufficientMemoryException(String message, OutOfMemoryError cause) {
    super(message, cause);
  }
}
