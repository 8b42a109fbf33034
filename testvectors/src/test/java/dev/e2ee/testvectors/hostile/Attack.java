package dev.e2ee.testvectors.hostile;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.function.Executable;

/**
 * One thing that a server tries.
 *
 * @param threats rows of the list of threats, {@code shared/design/THREATS.md}
 * @param about what is attacked
 * @param what the server does, as a sentence
 * @param attempt does it, and tells what stopped it; fails when nothing did
 */
record Attack(SortedSet<Integer> threats, String about, String what, Attempt attempt) {
  /** Does what a server would. */
  interface Attempt {
    /** What stopped it. */
    String stoppedBy() throws Exception;
  }

  static Attack of(String about, String what, Attempt attempt, Integer... threats) {
    return new Attack(new TreeSet<>(List.of(threats)), about, what, attempt);
  }

  /** The refusal of what has to be refused so. */
  static String refused(Class<? extends Exception> as, Executable deed) {
    Exception refusal = assertThrows(as, deed);
    return refusal.getClass().getSimpleName() + ": " + refusal.getMessage();
  }
}
