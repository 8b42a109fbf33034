package dev.e2ee.testvectors.hostile;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testvectors.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.function.Executable;

/**
 * One thing that a server tries.
 *
 * @param threats rows of the list of threats, {@code shared/design/THREATS.md}
 * @param about what is attacked
 * @param what the server does, as a sentence
 * @param limit where it is written that nothing stops this; empty for what has to be stopped
 * @param attempt does it, and tells what stopped it, or what the limit is; fails otherwise
 */
record Attack(
    SortedSet<Integer> threats,
    String about,
    String what,
    Optional<Documented> limit,
    Attempt attempt) {
  /** Does what a server would. */
  interface Attempt {
    /** What stopped it; of a limit, what came of it and what an application can do. */
    String outcome() throws Exception;
  }

  /**
   * A sentence that a user reads.
   *
   * @param file from the project's root
   * @param words that stand in it
   */
  record Documented(String file, String words) {
    /** Fails when nothing of the kind is written there. */
    void check() throws IOException {
      String text = Files.readString(SharedFiles.projectRoot().resolve(file));
      assertTrue(plain(text).contains(plain(words)), () -> "not in " + file + ": " + words);
    }

    private static String plain(String text) {
      return text.replaceAll("\\s+(\\*\\s)?\\s*", " ");
    }
  }

  static Attack of(String about, String what, Attempt attempt, Integer... threats) {
    return new Attack(rows(threats), about, what, Optional.empty(), attempt);
  }

  /** What nothing stops: the attempt shows it, and {@code documented} says so. */
  static Attack limit(
      String about, String what, Documented documented, Attempt attempt, Integer... threats) {
    return new Attack(rows(threats), about, what, Optional.of(documented), attempt);
  }

  private static SortedSet<Integer> rows(Integer... threats) {
    return new TreeSet<>(List.of(threats));
  }

  /** The refusal of what has to be refused so. */
  static String refused(Class<? extends Exception> as, Executable deed) {
    Exception refusal = assertThrows(as, deed);
    return refusal.getClass().getSimpleName() + ": " + refusal.getMessage();
  }

  /** The bytes with one bit of one byte turned. */
  static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 1;
    return changed;
  }
}
