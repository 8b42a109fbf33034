package dev.e2ee.cli.io;

import dev.e2ee.spi.probe.Finding;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a probe or the doctor found, for people. */
public final class FindingText {
  private FindingText() {}

  private static final String NEXT = "%n%18s-> ";

  /** A line for each, and what to do below it. */
  public static String of(List<Finding> findings) {
    return findings.stream()
        .map(
            finding ->
                "%-4s  %-10s  %s"
                    .formatted(
                        finding.level().name().toLowerCase(Locale.ROOT),
                        finding.topic(),
                        finding.text()
                            + (finding.remedy().isEmpty()
                                ? ""
                                : NEXT.formatted("") + finding.remedy())))
        .collect(Collectors.joining("\n"));
  }
}
