package dev.e2ee.custody.tck;

/**
 * How often the points that depend on luck try theirs.
 *
 * @param losses how often the store goes away under load
 * @param freezes how often it stops answering
 * @param closings how often it is closed under 32 threads
 * @param operations in search of a leak
 * @param races how often two processes make one name
 * @param kills how many writing processes are killed
 * @param wrongTries how often a wrong secret is given
 */
public record Effort(
    int losses, int freezes, int closings, int operations, int races, int kills, int wrongTries) {

  /** The property that asks for {@link #full} when it is {@code true}. */
  public static final String SOAK = "e2ee.tck.soak";

  /** Seconds rather than minutes: for each build. */
  public static Effort small() {
    return new Effort(5, 2, 5, 10_000, 5, 3, 1000);
  }

  /** As often as the specification says: for a night, or a new back end. */
  public static Effort full() {
    return new Effort(100, 20, 50, 100_000, 30, 100, 1000);
  }

  /** {@code small}, {@code soak}, or {@code own} for other numbers. */
  public String name() {
    if (equals(small())) {
      return "small";
    }
    return equals(full()) ? "soak" : "own";
  }

  /** All of it, for people. */
  @Override
  public String toString() {
    return "%s: %,d losses, %,d freezes, %,d closings, %,d operations, %,d races, %,d kills, %,d wrong tries"
        .formatted(name(), losses, freezes, closings, operations, races, kills, wrongTries);
  }

  /** What the property {@link #SOAK} says. */
  public static Effort configured() {
    return Boolean.getBoolean(SOAK) ? full() : small();
  }
}
