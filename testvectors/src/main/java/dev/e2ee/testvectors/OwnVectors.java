package dev.e2ee.testvectors;

import java.io.IOException;
import java.io.InputStream;

/** The vectors of our own formats, as they lie in this jar under {@code vectors/}. */
public final class OwnVectors {
  private OwnVectors() {}

  /**
   * A file of vectors or a schema.
   *
   * @param name such as {@code envelope.json}
   * @return its whole content, UTF-8 JSON
   * @throws IllegalArgumentException when there is no such file
   */
  public static byte[] read(String name) throws IOException {
    try (InputStream in = OwnVectors.class.getResourceAsStream("/vectors/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("this jar has no vectors named " + name);
      }
      return in.readAllBytes();
    }
  }
}
