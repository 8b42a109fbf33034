package dev.e2ee.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a rotating JVM with SIGKILL at random points and starts the next one, while another process
 * reads and writes the same records: each record is there, opens under exactly one of the keys, and
 * has a content that was written to it. At the end none is under the old key. [rotation-8]
 *
 * <p>{@code -De2ee.kills=N} says how often (the soak: 100), {@code -De2ee.seed=N} repeats a run's
 * pauses.
 */
@Tag("once")
@Tag("no-engine")
class RotationCrashTest {
  private static final int KILLS =
      Integer.getInteger("e2ee.kills", Boolean.getBoolean("e2ee.rotation.soak") ? 100 : 10);
  private static final long SEED = Long.getLong("e2ee.seed", System.nanoTime());
  private static final int RECORDS = 600;

  @TempDir Path directory;

  @Test
  void nothingIsLostByKillAndTheRotationComesToItsEnd() throws Exception {
    Path records = Files.createDirectory(directory.resolve("records"));
    for (String id : RotationCrash.ids(RECORDS)) {
      Path file = records.resolve(id);
      Files.createDirectories(file.getParent());
      Files.write(file, RotationCrash.first(id));
    }
    RotationCrash crash =
        new RotationCrash(directory, records.toString(), RECORDS, 1500, new Random(SEED));
    System.out.println(">> RotationCrashTest: " + KILLS + " kills, -De2ee.seed=" + SEED);
    crash.run(KILLS);
    System.out.println(">> RotationCrashTest: " + crash);
    assertTrue(KILLS < 100 || crash.resumed() > KILLS / 10, "kills must hit the middle of passes");
    DirectoryRecordStore.open(records);
    try (Stream<Path> left = Files.list(records.resolve(".e2ee"))) {
      assertEquals(64, left.count(), "no temp file outlives the next one who opens the store");
    }
  }
}
