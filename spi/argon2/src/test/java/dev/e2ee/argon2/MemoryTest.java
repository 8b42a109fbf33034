package dev.e2ee.argon2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What derivations do to the heap, and what the heap does to them. */
@Tag("once")
class MemoryTest {
  private static final int THREADS = 6;

  private static byte[] derive(int memoryKiB) {
    return Argon2id.derive(new Argon2Cost(memoryKiB, 2, 1), new byte[8], new byte[16], 32);
  }

  /** Each takes 120 MiB, all six at once 720 MiB; surefire gives 512 MiB (see the pom). */
  @Test
  void manyAtOnceStayWithinTheBudget() throws Exception {
    assertTrue(Runtime.getRuntime().maxMemory() < 600L << 20, "needs the small heap of the pom");
    byte[] expected = derive(120 * 1024);
    var executor = Executors.newFixedThreadPool(THREADS);
    try {
      Callable<byte[]> one = () -> derive(120 * 1024);
      for (Future<byte[]> done : executor.invokeAll(Collections.nCopies(THREADS, one))) {
        assertArrayEquals(expected, done.get());
      }
    } finally {
      executor.shutdownNow();
    }
  }

  /** In a JVM of its own, whose heap is filled up. */
  @Test
  void aFullHeapIsAnErrorThatPasses() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FullHeap.class.getName())
            .redirectErrorStream(true)
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals(List.of("INSUFFICIENT -Xmx", "DERIVED"), out.lines().toList());
    }
    assertEquals(0, process.waitFor());
  }

  /** Fills the heap up, derives, makes room, derives. */
  static final class FullHeap {
    private FullHeap() {}

    public static void main(String[] arguments) {
      byte[][] ballast = new byte[128][];
      try {
        for (int i = 0; i < ballast.length; i++) {
          ballast[i] = new byte[1 << 20];
        }
        throw new IllegalStateException("the heap is larger than it was asked to be");
      } catch (OutOfMemoryError e) {
        Arrays.fill(ballast, 0, 8, new byte[0]);
      }
      String said;
      try {
        said = "DERIVED " + derive(Argon2Cost.MIN_MEMORY_KIB).length;
      } catch (InsufficientMemoryException e) {
        said = "INSUFFICIENT " + (String.valueOf(e.getMessage()).contains("-Xmx") ? "-Xmx" : "");
      }
      Arrays.fill(ballast, new byte[0]);
      System.out.println(said);
      derive(Argon2Cost.MIN_MEMORY_KIB);
      System.out.println("DERIVED");
    }
  }
}
