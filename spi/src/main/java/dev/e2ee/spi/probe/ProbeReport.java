package dev.e2ee.spi.probe;

import dev.e2ee.spi.CustodyException;
import java.util.List;
import java.util.Optional;

/**
 * What a probe found; no secrets.
 *
 * @param location the store's canonical URI without its query
 * @param sections the facts, part by part
 * @param findings what is good, and what is to be mended
 * @param stopped why the probe could not go on, when it could not: a finding tells it to a person,
 *     of level FAIL unless nobody gave a secret
 */
public record ProbeReport(
    String location,
    List<Section> sections,
    List<Finding> findings,
    Optional<CustodyException.Kind> stopped) {
  /** With copies of the lists. */
  public ProbeReport {
    sections = List.copyOf(sections);
    findings = List.copyOf(findings);
  }

  /** Whether no finding is a failure. */
  public boolean healthy() {
    return findings.stream().noneMatch(finding -> finding.level() == Finding.Level.FAIL);
  }
}
