package dev.e2ee.custody.tck;

import java.util.Set;

/**
 * One thing that a back end must do.
 *
 * @param id such as {@code wrap-every-bit}: stable, for links and comparisons
 * @param title a sentence that holds for a back end that passes
 * @param group what it belongs to
 * @param needs without these faults it cannot be tried
 */
public record Point(String id, String title, String group, Set<Fault> needs) {
  /** Copies the set. */
  public Point {
    needs = Set.copyOf(needs);
  }
}
