package dev.e2ee.custody.tck.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.custody.tck.CustodyTck;
import dev.e2ee.custody.tck.Effort;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tables of README.md, which stands beside the pom.xml. */
@Tag("once")
class HowToTest {
  private static List<String> readme() throws IOException {
    return Files.readAllLines(Path.of("README.md"));
  }

  /** Whoever changes a point writes the expected rows into the table. */
  @Test
  void itsTableHasEachPointWithItsTitleAndWhatItNeeds() throws IOException {
    Pattern row = Pattern.compile("\\| `[a-z0-9-]+` \\|.*");
    List<String> told = readme().stream().filter(row.asMatchPredicate()).toList();
    List<String> rows = CustodyTck.points().stream().map(HowToTest::row).toList();
    assertEquals(String.join("\n", rows), String.join("\n", told));
  }

  private static String row(Point point) {
    List<String> needs =
        Arrays.stream(Fault.values())
            .filter(point.needs()::contains)
            .map(fault -> "`" + fault.name() + "` ")
            .toList();
    return "| `%s` | %s | %s | %s|"
        .formatted(point.id(), point.group(), point.title(), String.join(", ", needs));
  }

  @Test
  void itsTableOfEffortHasTheNumbers() throws IOException {
    Pattern row = Pattern.compile("   \\| .* \\| ([0-9,]+) \\| ([0-9,]+) \\|");
    List<String> told =
        readme().stream()
            .map(row::matcher)
            .filter(line -> line.matches())
            .map(line -> line.group(1) + " " + line.group(2))
            .toList();
    List<String> small = numbers(Effort.small());
    List<String> soak = numbers(Effort.full());
    assertEquals(
        Stream.iterate(0, i -> i < small.size(), i -> i + 1)
            .map(i -> small.get(i) + " " + soak.get(i))
            .toList(),
        told);
  }

  private static List<String> numbers(Effort effort) {
    return Stream.of(
            effort.losses(),
            effort.freezes(),
            effort.closings(),
            effort.operations(),
            effort.races(),
            effort.kills(),
            effort.wrongTries())
        .map("%,d"::formatted)
        .toList();
  }
}
