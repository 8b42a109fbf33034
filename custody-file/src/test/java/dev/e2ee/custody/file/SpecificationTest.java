package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every rule of the specification is quoted where it is enforced, and in a test. */
class SpecificationTest {
  private static final Pattern RULE = Pattern.compile("\\[keyfile-(\\d+)]");

  private static Set<Integer> rulesIn(Path place) throws IOException {
    Set<Integer> found = new TreeSet<>();
    try (var files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("SpecificationTest.java")) {
          RULE.matcher(Files.readString(file))
              .results()
              .forEach(match -> found.add(Integer.parseInt(match.group(1))));
        }
      }
    }
    return found;
  }

  @Test
  void everyRuleIsInTheCodeAndInATest() throws IOException {
    Path specification = Path.of("..", "testvectors", "spec", "keyfile.md");
    Set<Integer> rules = new TreeSet<>();
    Pattern.compile("\\*\\*\\[keyfile-(\\d+)]\\*\\*")
        .matcher(Files.readString(specification))
        .results()
        .forEach(match -> assertTrue(rules.add(Integer.parseInt(match.group(1))), match.group()));
    assertEquals(rules.size(), rules.stream().mapToInt(Integer::intValue).max().orElse(0));
    assertEquals(rules, rulesIn(Path.of("src", "main", "java")), "quoted in the code");
    assertEquals(rules, rulesIn(Path.of("src", "test", "java")), "quoted in the tests");
  }
}
