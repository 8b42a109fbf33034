package dev.e2ee.testvectors.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.e2ee.testvectors.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that owns storage and transport tries what the list of threats names, by the public API
 * of who is attacked. What it has tried, what stopped it, and what is a limit that is written down
 * stands in {@code target/hostile-server/report.html} and {@code report.json}.
 */
class HostileServerTest {
  private static final int ROWS = 20;

  /** Those that a server can try on every part, or a reason is given. */
  private static final Set<Integer> ON_EVERY_PART = Set.of(1, 2, 3, 6, 8, 9, 10, 15, 16, 17);

  /** Rows that no attack here names: why, and what tries them. */
  private static final Map<Integer, String> ELSEWHERE =
      Map.of(
          4,
              "recovery wraps are made and opened by their owner: RecoveryWrapTest; invites: 2, 3, 9",
          18,
              "it is about what leaks on the device: HygieneTest, HeapDumpTest, SecretsInSourceTest",
          19, "it is about an HSM, which no server has: the custody contract, FaultsTest",
          20, "it is about the class path: CustodiesTest");

  private static final List<Map<String, Object>> RESULTS = new ArrayList<>();

  @TempDir private static Path folder;
  private static List<Attacks> parts = List.of();
  private static List<Attack> attacks = List.of();
  private static Map<String, Map<Integer, String>> notThere = Map.of();

  @BeforeAll
  static void letThemWork() throws Exception {
    parts =
        List.of(
            new KeyringAttacks(folder),
            new InviteAttacks(),
            new TokenAttacks(),
            new StoreAttacks(),
            new RecordAttacks(folder),
            new OldKeyAttacks(folder),
            new StarfishAttacks(new StarfishScene(folder)),
            new StarfishDocumentAttacks(new StarfishScene(folder)),
            new StarfishPairingAttacks(folder),
            new AcontextTokenAttacks(),
            new AcontextAttacks());
    attacks = new ArrayList<>();
    notThere = new LinkedHashMap<>();
    for (Attacks part : parts) {
      List<Attack> own = part.attacks();
      attacks.addAll(own);
      notThere.computeIfAbsent(own.get(0).about(), a -> new TreeMap<>()).putAll(part.notHere());
    }
  }

  private static SortedSet<Integer> tried(Stream<Attack> some) {
    SortedSet<Integer> rows = new TreeSet<>();
    some.forEach(attack -> rows.addAll(attack.threats()));
    return rows;
  }

  @Test
  void everyRowOfTheListIsTriedOrHasAReason() {
    SortedSet<Integer> rows = tried(attacks.stream());
    for (int row : ELSEWHERE.keySet()) {
      assertFalse(rows.contains(row), () -> "it is tried here: " + row);
    }
    rows.addAll(ELSEWHERE.keySet());
    assertEquals(IntStream.rangeClosed(1, ROWS).boxed().toList(), List.copyOf(rows));
  }

  @TestFactory
  Stream<DynamicTest> everyPartIsTriedByEveryRowOrHasAReason() {
    return notThere.entrySet().stream()
        .map(part -> DynamicTest.dynamicTest(part.getKey(), () -> checkRows(part)));
  }

  private static void checkRows(Map.Entry<String, Map<Integer, String>> part) {
    SortedSet<Integer> rows =
        tried(attacks.stream().filter(attack -> attack.about().equals(part.getKey())));
    for (int row : part.getValue().keySet()) {
      assertFalse(rows.contains(row), () -> "it is tried: " + row);
    }
    rows.addAll(part.getValue().keySet());
    rows.retainAll(ON_EVERY_PART);
    assertEquals(new TreeSet<>(ON_EVERY_PART), rows);
  }

  @TestFactory
  Stream<DynamicTest> theServer() {
    return attacks.stream()
        .map(
            attack ->
                DynamicTest.dynamicTest(
                    attack.about() + ": it " + attack.what(), () -> tryOut(attack)));
  }

  private static void tryOut(Attack attack) throws Exception {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("threats", attack.threats());
    result.put("about", attack.about());
    result.put("attack", "The server " + attack.what() + ".");
    result.put("result", HostileReport.Result.FAILED.words());
    RESULTS.add(result);
    String outcome = attack.attempt().outcome();
    assertFalse(outcome.isEmpty());
    HostileReport.Result how = HostileReport.Result.STOPPED;
    if (attack.limit().isPresent()) {
      attack.limit().get().check();
      result.put("documented", attack.limit().get().file());
      how = HostileReport.Result.LIMIT;
    }
    result.put("result", how.words());
    result.put("by", outcome);
  }

  @AfterAll
  static void report() throws Exception {
    for (Attacks each : parts) {
      each.close();
    }
    Path target =
        Files.createDirectories(
            SharedFiles.projectRoot().resolve("testvectors/target/hostile-server"));
    new HostileReport(RESULTS, notThere, ELSEWHERE).write(target);
  }
}
