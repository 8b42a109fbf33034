package dev.e2ee.testvectors.conformance.vector;

import java.io.IOException;

/** A file of vectors is not there, is another one than is known here, or is not what it says. */
public final class BadVectorFileException extends IOException {
  private static final long serialVersionUID = 1L;

  BadVectorFileException(String message) {
    super(message);
  }
}
