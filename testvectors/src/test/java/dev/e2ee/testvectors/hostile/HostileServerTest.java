package dev.e2ee.testvectors.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.custody.tck.report.HtmlPage;
import dev.e2ee.testvectors.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that owns storage and transport tries what the list of threats names, by the public API
 * of who is attacked. What it has tried and what stopped it stands in {@code
 * target/hostile-server/report.html} and {@code report.json}.
 */
class HostileServerTest {
  /**
   * Those of the list that a server can try on what many share; the others have tests elsewhere.
   */
  private static final Set<Integer> APPLYING = Set.of(1, 2, 3, 6, 8, 9, 10, 15, 16, 17);

  private static final List<Map<String, Object>> RESULTS = new ArrayList<>();

  @TempDir private static Path folder;
  private static List<Attack> attacks = List.of();
  private static List<AutoCloseable> attacked = List.of();

  @BeforeAll
  static void letThemWork() throws Exception {
    KeyringAttacks keyring = new KeyringAttacks(folder);
    InviteAttacks invite = new InviteAttacks();
    TokenAttacks token = new TokenAttacks();
    StoreAttacks store = new StoreAttacks();
    attacked = List.of(keyring, invite, token, store);
    attacks =
        Stream.of(keyring.attacks(), invite.attacks(), token.attacks(), store.attacks())
            .flatMap(List::stream)
            .toList();
  }

  @Test
  void everyThreatThatAppliesIsTried() {
    Set<Integer> tried =
        attacks.stream()
            .flatMap(attack -> attack.threats().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(APPLYING), tried);
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
    result.put("stopped", false);
    RESULTS.add(result);
    String by = attack.attempt().stoppedBy();
    assertTrue(!by.isEmpty());
    result.put("stopped", true);
    result.put("by", by);
  }

  @AfterAll
  static void report() throws Exception {
    for (AutoCloseable each : attacked) {
      each.close();
    }
    Path target =
        Files.createDirectories(
            SharedFiles.projectRoot().resolve("testvectors/target/hostile-server"));
    Files.write(
        target.resolve("report.json"),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(RESULTS));
    Files.writeString(target.resolve("report.html"), HtmlPage.of("Hostile server", body()));
  }

  private static String body() {
    long stopped = RESULTS.stream().filter(result -> result.get("stopped").equals(true)).count();
    String rows =
        RESULTS.stream()
            .map(
                result ->
                    Stream.of("threats", "about", "attack", "by")
                        .map(name -> cell(result.getOrDefault(name, "NOTHING STOPPED IT")))
                        .collect(Collectors.joining("", "<tr>", "</tr>\n")))
            .collect(Collectors.joining());
    return "<h1>Hostile server</h1>\n<p>"
        + stopped
        + " of "
        + RESULTS.size()
        + " attacks were stopped. The numbers are those of the list of threats.</p>\n<table>\n"
        + "<tr><th>Threat</th><th>On</th><th>Attack</th><th>Stopped by</th></tr>\n"
        + rows
        + "</table>\n";
  }

  private static String cell(Object value) {
    return "<td>" + HtmlPage.text(String.valueOf(value)) + "</td>";
  }
}
