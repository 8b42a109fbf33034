package dev.e2ee.secrets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * THREATS.md, row 18: what a heap dump still holds of keys that were closed. Garbage may hold
 * copies, which engines make and nobody can wipe: they are counted and reported. What is still
 * reachable holds none.
 */
class HeapDumpTest {
  @Test
  void whatACloseLeaves(@TempDir Path folder, TestReporter reporter)
      throws IOException, InterruptedException {
    run(folder);
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    reference.umk = Files.readAllBytes(folder.resolve("umk"));
    byte[] dek = reference.dekOf(Files.readAllBytes(folder.resolve("record")));
    byte[] file = Files.readAllBytes(folder.resolve("file"));
    byte[] fileDek = reference.chunked().dekOf(file);
    byte[] chunkKey = reference.chunks(fileDek, Arrays.copyOfRange(file, 123, 147)).key();
    byte[] all = Files.readAllBytes(folder.resolve("all.hprof"));
    byte[] live = Files.readAllBytes(folder.resolve("live.hprof"));
    String found =
        "UMK "
            + count(all, reference.umk)
            + " times, DEK "
            + count(all, dek)
            + " times, a file's DEK "
            + count(all, fileDek)
            + " times, its chunk key "
            + count(all, chunkKey)
            + " times in the whole heap";
    System.out.println("HeapDumpTest: " + found);
    reporter.publishEntry("after close", found);
    assertTrue(count(live, "dev/e2ee/key/UserMasterKey".getBytes(US_ASCII)) > 0);
    assertEquals(0, count(live, reference.umk), "reachable copies of the UMK");
    assertEquals(0, count(live, dek), "reachable copies of the DEK");
    assertEquals(0, count(live, fileDek), "reachable copies of the file's DEK");
    assertEquals(0, count(live, chunkKey), "reachable copies of the chunk key");
  }

  private static void run(Path folder) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                HeapDumpChild.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "output"))
            .start();
    assertTrue(child.waitFor(2, TimeUnit.MINUTES), "the child hangs");
    assertEquals(0, child.exitValue(), () -> read(folder.resolve("output")));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int count(byte[] heap, byte[] secret) {
    int found = 0;
    for (int i = 0; i + secret.length <= heap.length; i++) {
      int same = 0;
      while (same < secret.length && heap[i + same] == secret[same]) {
        same++;
      }
      if (same == secret.length) {
        found++;
      }
    }
    return found;
  }
}
