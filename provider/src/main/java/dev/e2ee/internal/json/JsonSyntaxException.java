package dev.e2ee.internal.json;

/** Bytes that are not one JSON text within the bounds; says where, and nothing of the content. */
public final class JsonSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  JsonSyntaxException(String message) {
    super(message);
  }
}
