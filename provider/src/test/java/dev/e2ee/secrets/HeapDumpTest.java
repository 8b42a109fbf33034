package dev.e2ee.secrets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.secrets.HeapDumpChild.Way;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Sample;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * THREATS.md, row 18: what a heap dump holds of keys. What is reachable holds no DEK and no chunk
 * key from the end of an operation on, and no UMK once that is closed. After a close of the
 * envelopes the garbage holds none of them either.
 *
 * <p>A key is found by its first half, which stands at the start of the key itself and of the round
 * keys that AES has as numbers: a dump writes both alike. So does what HMAC makes of a key, with
 * another byte added to each.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class HeapDumpTest {
  private static final int HALF = 16;
  private static final List<Integer> PADDINGS = List.of(0, 0x36, 0x5c);
  private static final Map<String, Integer> NONE =
      Map.of("UMK", 0, "DEK", 0, "DEK of a file", 0, "chunk key", 0);

  @TempDir Path folder;
  private TestReporter reporter;

  @BeforeEach
  void reportTo(TestReporter to) {
    this.reporter = to;
  }

  @Test
  void whatIsReachableWhileTheKeyIsOpen() throws IOException, InterruptedException {
    run(Way.ENVELOPE_OPEN);
    Map<String, Integer> live = copies("live.hprof");
    int umk = live.getOrDefault("UMK", 0);
    assertTrue(umk >= 6, "two copies of ours, four at least of the engine's, not " + live);
    live.put("UMK", 0);
    assertEquals(NONE, live);
    report(Way.ENVELOPE_OPEN, copies("all.hprof"));
  }

  @Test
  void nothingIsLeftWhenEnvelopesAndKeyAreClosed() throws IOException, InterruptedException {
    run(Way.ENVELOPE_CLOSED);
    assertEquals(NONE, copies("live.hprof"), "reachable");
    assertEquals(NONE, copies("all.hprof"), "garbage included");
  }

  @Test
  void nothingIsReachableOfACipherThatWasLetGo() throws IOException, InterruptedException {
    run(Way.CIPHER_DROPPED);
    assertEquals(NONE, copies("live.hprof"));
    report(Way.CIPHER_DROPPED, copies("all.hprof"));
  }

  /** Garbage may hold what the engine made of the last keys, until the next operation. */
  private void report(Way way, Map<String, Integer> copies) {
    System.out.println("HeapDumpTest: " + way + ", garbage included: " + copies);
    reporter.publishEntry(way + ", garbage included", copies.toString());
  }

  private Map<String, Integer> copies(String dump) throws IOException {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    reference.umk = Files.readAllBytes(folder.resolve("umk"));
    byte[] dek = reference.dekOf(Files.readAllBytes(folder.resolve("record")));
    byte[] file = Files.readAllBytes(folder.resolve("file"));
    byte[] fileDek = reference.chunked().dekOf(file);
    byte[] heap = Files.readAllBytes(folder.resolve(dump));
    Map<String, Integer> copies = new LinkedHashMap<>();
    copies.put("UMK", count(heap, reference.umk));
    copies.put("DEK", count(heap, dek));
    copies.put("DEK of a file", count(heap, fileDek));
    byte[] salt = Arrays.copyOfRange(file, 123, 147);
    copies.put("chunk key", count(heap, reference.chunks(fileDek, salt).key()));
    return copies;
  }

  /** Memory enough to need no collection, which would hide garbage. */
  private void run(Way way) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseG1GC",
                "-Xms128m",
                "-Xmx128m",
                "-Xmn96m",
                "-cp",
                System.getProperty("java.class.path"),
                HeapDumpChild.class.getName(),
                folder.toString(),
                way.name())
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
    return PADDINGS.stream().mapToInt(padding -> count(heap, secret, padding)).sum();
  }

  private static int count(byte[] heap, byte[] secret, int padding) {
    int found = 0;
    for (int i = 0; i + HALF <= heap.length; i++) {
      int same = 0;
      while (same < HALF && heap[i + same] == (byte) (secret[same] ^ padding)) {
        same++;
      }
      if (same == HALF) {
        found++;
      }
    }
    return found;
  }
}
