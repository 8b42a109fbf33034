package dev.e2ee.benchmarks.result;

/**
 * What is measured, once a round.
 *
 * @param jdk the feature release of the JVM, such as 17; {@link #NATIVE} for a program without one
 * @param task what is done
 * @param subject who does it
 * @param size bytes of plaintext
 * @param threads how many threads do it at the same time
 * @param place the kind of file system that the files are on; empty where there are none
 */
public record Cell(String jdk, Task task, String subject, long size, int threads, String place) {
  /** Instead of a JDK's number. */
  public static final String NATIVE = "native";

  /** The bytes of a DEK. */
  private static final long DEK = 32;

  /** A cell of one thread, without files. */
  public static Cell of(String jdk, Task task, String subject, long size) {
    return new Cell(jdk, task, subject, size, 1, "");
  }

  /** A cell of whole processes that work on files. */
  public static Cell ofFile(String jdk, Task task, String subject, long size, String place) {
    return new Cell(jdk, task, subject, size, 1, place);
  }

  /** A cell of work with DEKs in a token. */
  public static Cell ofToken(String jdk, Task task, String subject, int threads) {
    return new Cell(jdk, task, subject, DEK, threads, "");
  }

  /** The same with this many threads. */
  public Cell withThreads(int number) {
    return new Cell(jdk, task, subject, size, number, place);
  }

  /** For people. */
  public String describe() {
    return (jdk.equals(NATIVE) ? "" : "JDK " + jdk + " ")
        + subject
        + ", "
        + task.text()
        + ", "
        + Units.bytes(size)
        + (threads == 1 ? "" : ", " + threads + " threads")
        + (place.isEmpty() ? "" : ", " + place);
  }
}
