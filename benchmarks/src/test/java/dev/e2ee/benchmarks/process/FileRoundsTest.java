package dev.e2ee.benchmarks.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.RunFile;
import dev.e2ee.benchmarks.result.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that seal and open files are checked, timed and recorded. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class FileRoundsTest {
  @TempDir Path directory;

  private Workplace workplace;
  private Recorder recorder;
  private FileRounds rounds;

  @BeforeEach
  void open() throws IOException {
    workplace = new Workplace(directory);
    recorder = new Recorder(RunFile.ofProcesses(directory), Map.of(), Map.of(), Map.of());
    rounds = new FileRounds(workplace, new TimedProcess(workplace.directory(), 20), recorder);
  }

  @AfterEach
  void close() throws IOException {
    workplace.close();
    assertTrue(Files.notExists(workplace.directory()));
  }

  private static Contestant naive(String way) {
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            ClassPath.of(NaiveFile.class),
            NaiveFile.class.getName());
    return contestant(
        "cipher-" + way,
        true,
        (in, out) -> command(java, "seal", way, in.toString(), out.toString()),
        (in, out) -> command(java, "open", way, in.toString(), out.toString()));
  }

  private static List<String> command(List<String> java, String... arguments) {
    return Stream.concat(java.stream(), Arrays.stream(arguments)).toList();
  }

  private static Contestant contestant(
      String subject, boolean authenticated, Contestant.Command seal, Contestant.Command open) {
    return new Contestant("17", subject, authenticated, Map.of(), seal, open);
  }

  private static Contestant copier(boolean authenticated) {
    Contestant.Command copy = (in, out) -> List.of("cp", in.toString(), out.toString());
    return contestant("copy", authenticated, copy, copy);
  }

  @Test
  void bareCiphersDoWhatIsMeasured() throws Exception {
    rounds.check(naive("stream"));
    rounds.check(naive("whole"));
  }

  @Test
  void whoClaimsToAuthenticateMustNoticeAFlippedBit() throws Exception {
    rounds.check(copier(false));
    String message =
        assertThrows(IllegalStateException.class, () -> rounds.check(copier(true))).getMessage();
    assertEquals("copy does not notice a flipped bit", message);
  }

  @Test
  void whatIsOpenedMustBeWhatWasSealed() {
    Contestant loser =
        contestant(
            "loser",
            true,
            (in, out) -> List.of("cp", in.toString(), out.toString()),
            (in, out) -> List.of("touch", out.toString()));
    assertThrows(IllegalStateException.class, () -> rounds.check(loser));
  }

  @Test
  void timesAreRecordedAndFailuresToo() throws Exception {
    Contestant broken =
        contestant(
            "broken",
            true,
            (in, out) -> List.of("sh", "-c", "echo no memory >&2; exit 1"),
            (in, out) -> List.of("true"));
    Path plain = workplace.plaintext("plain", 3_000_000);
    rounds.round(1, List.of(copier(false), broken), plain);
    rounds.round(2, List.of(copier(false), broken), plain);
    recorder.save();
    Results results = Results.read(directory);
    for (Task task : List.of(Task.FILE_SEAL, Task.FILE_OPEN)) {
      Cell cell = Cell.ofFile("17", task, "copy", 3_000_000, workplace.kind());
      assertEquals(
          Optional.of(2), results.find(cell, Metric.SECONDS).map(series -> series.rounds().size()));
    }
    Cell failed = Cell.ofFile("17", Task.FILE_SEAL, "broken", 3_000_000, workplace.kind());
    assertEquals(Optional.of("no memory"), results.failure(failed));
  }
}
