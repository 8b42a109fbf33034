package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every numbered rule of a specification stands in the code that keeps it, and in a test. */
@Tag("once")
class MustCoverageTest {
  private static final Path ROOT = SharedFiles.projectRoot();

  private static List<Path> files(String glob) throws IOException {
    var matcher = ROOT.getFileSystem().getPathMatcher("glob:" + ROOT + "/" + glob);
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(matcher::matches).toList();
    }
  }

  /** The ids such as {@code envelope-7} that match in these files. */
  private static Set<String> ids(List<Path> files, Pattern pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path file : files) {
      pattern
          .matcher(Files.readString(file))
          .results()
          .map(MatchResult::group)
          .map(text -> text.replaceAll("[\\[\\]]", ""))
          .forEach(found::add);
    }
    return found;
  }

  private static List<String> specifications() throws IOException {
    return files("testvectors/spec/*.md").stream()
        .map(file -> file.getFileName().toString().replace(".md", ""))
        .filter(name -> !name.equals("README"))
        .sorted()
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> everyRuleIsKeptAndTested() throws IOException {
    return specifications().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> checkCovered(name)));
  }

  private static void checkCovered(String name) throws IOException {
    Pattern quoted = Pattern.compile("\\[" + name + "-\\d+]");
    Set<String> rules = ids(files("testvectors/spec/" + name + ".md"), quoted);
    assertFalse(rules.isEmpty(), name + ".md has no numbered rule");
    Set<String> kept = ids(files("{spi,provider,custody-*}/src/main/**.java"), quoted);
    Set<String> tested = ids(files("**/src/test/**.java"), quoted);
    assertEquals(Set.of(), without(rules, kept), "rules of " + name + ".md that no code quotes");
    assertEquals(Set.of(), without(rules, tested), "rules of " + name + ".md that no test quotes");
    assertEquals(Set.of(), without(kept, rules), "quoted in code, but not in " + name + ".md");
    assertEquals(Set.of(), without(tested, rules), "quoted in a test, but not in " + name + ".md");
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  @TestFactory
  Stream<DynamicTest> everyMustHasANumber() throws IOException {
    return specifications().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> checkNumbered(name)));
  }

  /** A paragraph or list item that says MUST begins with, or holds, the id of a rule. */
  private static void checkNumbered(String name) throws IOException {
    String text = Files.readString(ROOT.resolve("testvectors/spec/" + name + ".md"));
    Pattern.compile("\n\\s*\n|\n(?=\\* |\\d+\\. )")
        .splitAsStream(text)
        .filter(paragraph -> paragraph.contains("MUST"))
        .forEach(
            paragraph ->
                assertTrue(
                    paragraph.contains("[" + name + "-"),
                    () -> name + ".md has a MUST without a number: " + paragraph));
  }

  @Test
  void findsTheSpecifications() throws IOException {
    assertTrue(specifications().contains("envelope"));
  }
}
