package dev.e2ee.benchmarks.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class TimedProcessTest {
  @TempDir Path directory;

  private TimedProcess.Outcome run(String script) throws Exception {
    return new TimedProcess(directory, 1).run(List.of("sh", "-c", script), Map.of("WORD", "hello"));
  }

  @Test
  void measuresTimeAndMemory() throws Exception {
    TimedProcess.Outcome outcome = run("sleep 0.3; echo $WORD");
    assertEquals("hello\n", outcome.output());
    assertTrue(outcome.seconds() >= 0.3, outcome::toString);
    assertTrue(outcome.cpuSeconds() < outcome.seconds(), outcome::toString);
    assertTrue(outcome.peakKib() > 100, outcome::toString);
  }

  @Test
  void tellsTheFirstErrorOfWhatFailed() {
    TimedProcess.FailedException failure =
        assertThrows(
            TimedProcess.FailedException.class,
            () -> run("echo WARNING: no matter >&2; echo no key >&2; echo more >&2; exit 3"));
    assertEquals("no key", failure.getMessage());
    assertEquals(
        "exit code 3",
        assertThrows(TimedProcess.FailedException.class, () -> run("exit 3")).getMessage());
  }

  @Test
  void stopsWhatIsNotDone() {
    TimedProcess.StoppedException stopped =
        assertThrows(TimedProcess.StoppedException.class, () -> run("sleep 60"));
    assertTrue(stopped.seconds() >= 1 && stopped.seconds() < 30, stopped::toString);
  }
}
