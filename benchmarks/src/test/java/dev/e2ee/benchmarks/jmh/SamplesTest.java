package dev.e2ee.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorded benchmark is told apart by what its time goes into. */
@Tag("once")
class SamplesTest {
  @Test
  void encryptionIsSeen(@TempDir Path directory) throws Exception {
    System.setProperty("jmh.ignoreLock", "true");
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    Samples samples = enough(java, directory);
    assertTrue(showEncryption(samples), () -> samples.areasByCount().toString());
    assertEquals(samples.total(), sum(samples.areasByCount()));
    assertEquals(samples.total(), sum(samples.methodsByCount()));
  }

  /**
   * Of as many JVMs as it takes: the recorder of JDK 17 cannot walk the stack from some compiled
   * code, and in some runs that is where all of the encryption is.
   */
  private static Samples enough(Path java, Path directory) throws Exception {
    Samples samples = recorded(java, directory, 3000);
    for (int longer = 6000; !showEncryption(samples) && longer <= 24_000; longer += 3000) {
      samples = recorded(java, directory, longer);
    }
    return samples;
  }

  private static boolean showEncryption(Samples samples) {
    return samples.areasByCount().stream().anyMatch(area -> area.getKey().equals("AES-GCM"));
  }

  /** A busy machine gives few samples a second: how long it takes is not the test's to say. */
  private static Samples recorded(Path java, Path directory, int millis) throws Exception {
    Path recording = directory.resolve("recording-" + millis + ".jfr");
    new Fork(java, size -> new Times(1, 1, 1, millis), Samples.recordingTo(recording))
        .run(Cell.of("17", Task.SEAL, "floor", 16_384));
    return Samples.of(recording);
  }

  private static int sum(List<Map.Entry<String, Integer>> counts) {
    return counts.stream().mapToInt(Map.Entry::getValue).sum();
  }
}
