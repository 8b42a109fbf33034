package dev.e2ee.benchmarks.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.process.TimedProcess;
import dev.e2ee.benchmarks.process.Workplace;
import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.Results;
import dev.e2ee.benchmarks.result.RunFile;
import dev.e2ee.benchmarks.result.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a real token all do the same work, and whoever does other work is found out. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class TokenRoundsTest {
  @TempDir Path directory;

  private Workplace workplace;
  private SoftHsm hsm;
  private TokenKeys keys;
  private CProgram c;
  private List<Entrant> entrants;

  @BeforeEach
  void makeToken() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/cc")), "no C compiler is installed");
    assumeTrue(Files.exists(Path.of("/usr/bin/softhsm2-util")), "SoftHSM is not installed");
    Jvm jvm = Jvm.at(Path.of(System.getProperty("java.home")));
    workplace = new Workplace(directory);
    TimedProcess processes = new TimedProcess(workplace.directory(), 60);
    hsm = new SoftHsm(workplace, processes);
    keys = new TokenKeys(hsm, jvm);
    c = new CProgram(workplace, processes);
    entrants = Entrant.all(List.of(jvm), c);
  }

  @AfterEach
  void close() throws Exception {
    if (workplace != null) {
      workplace.close();
    }
  }

  @Test
  @Tag("soak")
  void allProveThatTheyDoTheSameWorkAndAreMeasured() throws Exception {
    assertEquals(
        List.of("e2ee", "sunpkcs11", "c"), entrants.stream().map(Entrant::subject).toList());
    for (Entrant who : entrants) {
      keys.prove(who);
    }
    Recorder recorder = new Recorder(RunFile.ofTokens(directory), Map.of(), Map.of(), Map.of());
    new TokenRounds(hsm, keys, new TokenKeys.Times(50, 100), recorder)
        .run(1, 2, entrants, List.of(1, 2));
    Results results = Results.read(directory);
    assertEquals(List.of(), results.failures());
    assertEquals(
        3 * 3 * 2, results.cells(Task.TOKEN_WRAP, Task.TOKEN_UNWRAP, Task.TOKEN_KDF_WRAP).size());
    assertTrue(
        results
            .series()
            .allMatch(
                series ->
                    series.metric() == Metric.OPERATIONS_PER_SECOND
                        && series.spread().least() > 0));
  }

  /** C, but with something of its work changed. */
  private Entrant changed(UnaryOperator<TokenWork> change) {
    return new Entrant(Cell.NATIVE, "changed", work -> c.command(change.apply(work)));
  }

  private static TokenWork with(TokenWork work, byte[] aad, byte[] input) {
    return new TokenWork(
        work.token(),
        work.key(),
        work.operation(),
        work.threads(),
        work.warmUp(),
        work.time(),
        work.dek(),
        aad,
        input);
  }

  @Test
  void whoUsesAnotherAadOpensNothing() {
    Entrant other = changed(work -> with(work, new byte[] {1}, work.input()));
    assertThrows(TimedProcess.FailedException.class, () -> keys.prove(other));
  }

  @Test
  void whoMacsOtherBytesIsFoundOut() {
    Entrant other =
        changed(
            work ->
                work.operation() == Operation.PROVE_MAC
                    ? with(work, work.aad(), new byte[work.input().length])
                    : work);
    String message =
        assertThrows(IllegalStateException.class, () -> keys.prove(other)).getMessage();
    assertEquals("changed computes another MAC", message);
  }

  /** A program that fails is told as failed, once; the others are measured. */
  @Test
  void whatFailsIsRecorded() throws Exception {
    Entrant broken = changed(work -> with(work, new byte[] {1}, work.input()));
    Recorder recorder = new Recorder(RunFile.ofTokens(directory), Map.of(), Map.of(), Map.of());
    TokenRounds rounds = new TokenRounds(hsm, keys, new TokenKeys.Times(1, 1), recorder);
    rounds.run(1, 2, List.of(broken), List.of(1));
    assertEquals(
        List.of(Task.TOKEN_UNWRAP),
        Results.read(directory).failures().stream().map(failure -> failure.cell().task()).toList());
  }
}
