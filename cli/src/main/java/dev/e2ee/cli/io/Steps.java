package dev.e2ee.cli.io;

import java.util.concurrent.atomic.AtomicLong;

/** Shows how many steps of a run are done, and tells when it is ended in the middle. */
public final class Steps implements AutoCloseable {
  private final CountBar bar;
  private final AtomicLong done = new AtomicLong();
  private final Thread atExit;

  /** For so many steps; tells how many were done when the JVM is told to end in the middle. */
  public Steps(Surroundings surroundings, String task, long steps) {
    this.atExit =
        new Thread(
            () ->
                surroundings.tell(
                    "e2ee: interrupted: " + done + " done; run it again for the rest"),
            "interrupted");
    Runtime.getRuntime().addShutdownHook(atExit);
    this.bar = new CountBar(surroundings, task, steps);
  }

  /** One step is done. */
  public void step() {
    at(done.get() + 1);
  }

  /** So many steps are done, which may be fewer than before. */
  public void at(long steps) {
    done.set(steps);
    bar.at(steps);
  }

  /** A line for the person, above the bar. */
  public void tell(String line) {
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
