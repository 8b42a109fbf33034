package dev.e2ee.custody.pkcs11.internal.sun;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Paths of one file that are spelled differently. The JDK initialises a module once for each
 * spelling of its path, for as long as the process lives, and shares it with every user of the same
 * spelling: a new one is a new C_Initialize, and none of them is what a SunPKCS11 provider of the
 * application uses.
 */
final class Spellings {
  /** The JDK's table of spellings is one for the process, and so is this. */
  private static final AtomicLong USED = new AtomicLong();

  private Spellings() {}

  /** One that nobody had before. */
  static String next(Path file) {
    String separator = file.getFileSystem().getSeparator();
    Path root = file.getRoot();
    StringBuilder spelling = new StringBuilder(root.toString());
    // Binary: "./" for one and "/" for nought, which no system minds behind its root.
    for (char digit : Long.toBinaryString(USED.incrementAndGet()).toCharArray()) {
      spelling.append(digit == '1' ? "." : "").append(separator);
    }
    return spelling.append(root.relativize(file)).toString();
  }
}
