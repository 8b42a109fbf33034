package dev.e2ee.benchmarks.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.benchmarks.implementation.Implementation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys are found where they are known to be, and nowhere else. */
class MemoryRunTest {
  private static final int TWICE_A_RECORD = 2 * Load.FEW.records();

  private final MemoryRun run =
      new MemoryRun(Path.of(System.getProperty("java.home"), "bin", "java"), Load.FEW);

  private Observation seen(Map<KeyKind, Observation> all, KeyKind kind) {
    return all.getOrDefault(kind, new Observation(-1, -1, -1, Map.of()));
  }

  @Test
  void bareCiphersLeaveEveryDek() throws Exception {
    Map<KeyKind, Observation> all = run.run(Implementation.FLOOR, false);
    assertEquals(Set.of(KeyKind.DEK, KeyKind.MASTER_KEY), all.keySet());
    Observation deks = seen(all, KeyKind.DEK);
    assertEquals(
        TWICE_A_RECORD,
        deks.holders().get("byte[32] of javax.crypto.spec.SecretKeySpec.key"),
        deks::toString);
    assertTrue(deks.heap() > deks.reachable(), deks::toString);
    assertTrue(deks.process() >= deks.heap(), deks::toString);
    Map<String, Integer> master = seen(all, KeyKind.MASTER_KEY).holders();
    assertEquals(1, master.get("int[60] of com.sun.crypto.provider.AESCrypt.sessionK[]"));
  }

  @Test
  void tinksFormatIsUnderstood() throws Exception {
    Observation deks = seen(run.run(Implementation.TINK, true), KeyKind.DEK);
    assertTrue(deks.heap() > TWICE_A_RECORD, deks::toString);
  }

  @Test
  void oursLeavesTheLastKeysOnly() throws Exception {
    Map<KeyKind, Observation> all = run.run(Implementation.E2EE, false);
    assertEquals(Set.of(KeyKind.values()), all.keySet());
    Observation deks = seen(all, KeyKind.DEK);
    assertEquals(0, deks.reachable(), deks::toString);
    assertTrue(deks.heap() <= Load.FEW.records(), deks::toString);
    assertEquals(0, seen(all, KeyKind.CHUNK_KEY).reachable());
    assertTrue(seen(all, KeyKind.CHUNK_KEY).heap() > 0, "the reference derives the same chunk key");
    assertTrue(seen(all, KeyKind.MASTER_KEY).reachable() > 0, "it is open");
    assertTrue(
        all.values().stream()
            .flatMap(seen -> seen.holders().keySet().stream())
            .noneMatch(holder -> holder.endsWith(" of " + HeapDump.NOTHING)),
        () -> "an array that was let go and not wiped: " + all);
  }

  @Test
  void oursLeavesNothingInTheHeapWhenClosed() throws Exception {
    Map<KeyKind, Observation> all = run.run(Implementation.E2EE, true);
    all.forEach((kind, seen) -> assertEquals(0, seen.heap(), () -> kind + ": " + seen));
  }
}
