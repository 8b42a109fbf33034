package dev.e2ee.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorded benchmark is told apart by what its time goes into. */
class SamplesTest {
  @Test
  void encryptionIsSeen(@TempDir Path directory) throws Exception {
    System.setProperty("jmh.ignoreLock", "true");
    Path recording = directory.resolve("recording.jfr");
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    new Fork(java, size -> new Times(1, 1, 1, 1500), Samples.recordingTo(recording))
        .run(Cell.of("17", Task.SEAL, "floor", 16_384));
    Samples samples = Samples.of(recording);
    assertTrue(samples.total() > 5, () -> samples.total() + " samples");
    assertTrue(
        samples.areasByCount().stream().anyMatch(area -> area.getKey().equals("AES-GCM")),
        () -> samples.areasByCount().toString());
    assertEquals(samples.total(), sum(samples.areasByCount()));
    assertEquals(samples.total(), sum(samples.methodsByCount()));
  }

  private static int sum(List<Map.Entry<String, Integer>> counts) {
    return counts.stream().mapToInt(Map.Entry::getValue).sum();
  }
}
