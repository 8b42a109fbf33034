package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.CountBar;
import dev.e2ee.cli.io.Surroundings;
import java.util.concurrent.atomic.AtomicInteger;

/** Shows how many files of a run are done, and tells when it is ended in the middle. */
final class Steps implements AutoCloseable {
  private final CountBar bar;
  private final AtomicInteger done = new AtomicInteger();
  private final Thread atExit;

  /** For so many steps; tells how many were done when the JVM is told to end in the middle. */
  Steps(Surroundings surroundings, int steps) {
    this.atExit =
        new Thread(
            () -> tell("e2ee: interrupted: " + done + " done; run it again for the rest"),
            "interrupted");
    Runtime.getRuntime().addShutdownHook(atExit);
    this.bar = new CountBar(surroundings, "rewrap", steps);
  }

  /** One step is done. */
  void step() {
    done.incrementAndGet();
    bar.step();
  }

  /** A line for the person, above the bar. */
  void tell(String line) {
    bar.tell(line);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook tells.
    }
    bar.close();
  }
}
