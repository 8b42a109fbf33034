package dev.e2ee.benchmarks.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lines of a document that this program writes, between two comments. */
final class MarkedPart {
  private static final String START = "<!-- written by benchmarks/run memory -->\n";
  private static final String END = "<!-- end of what it wrote -->\n";

  private MarkedPart() {}

  /**
   * Puts lines into a document instead of those that were there.
   *
   * @throws IllegalArgumentException when it has no such part
   */
  static void replace(Path document, String lines) throws IOException {
    String text = Files.readString(document);
    int start = text.indexOf(START) + START.length();
    int end = text.indexOf(END, start);
    if (start < START.length() || end < 0) {
      throw new IllegalArgumentException(document + " has no part for the table of memory");
    }
    Files.writeString(document, text.substring(0, start) + lines + text.substring(end));
  }
}
