package dev.e2ee.spi.probe;

import java.util.ArrayList;
import java.util.List;

/**
 * Facts about one part of a store; no secrets.
 *
 * @param title of the part, such as {@code Token}; one for each section of a report
 * @param facts in the order in which they are shown
 */
public record Section(String title, List<Fact> facts) {
  /** With a copy of the facts. */
  public Section {
    facts = List.copyOf(facts);
  }

  /** Without facts yet. */
  public static Section titled(String title) {
    return new Section(title, List.of());
  }

  /** With one more fact at the end. */
  public Section with(String name, Object value) {
    List<Fact> more = new ArrayList<>(facts);
    more.add(new Fact(name, value.toString()));
    return new Section(title, more);
  }

  /**
   * One fact.
   *
   * @param name what it is about; one for each fact of a section
   * @param value as a person reads it
   */
  public record Fact(String name, String value) {}
}
