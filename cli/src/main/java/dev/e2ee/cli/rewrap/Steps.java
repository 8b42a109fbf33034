package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.io.Surroundings;
import java.util.concurrent.atomic.AtomicInteger;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how many files of a run are done: a bar on a terminal, nothing in a pipe. */
final class Steps implements AutoCloseable {
  private static final String TO_LINE_START = "\r\u001b[K";
  private static final int WIDTH = 78;

  private final Surroundings surroundings;
  private final @Nullable ProgressBar bar;
  private final AtomicInteger done = new AtomicInteger();
  private final Thread atExit;

  /** For so many steps; tells how many were done when the JVM is told to end in the middle. */
  Steps(Surroundings surroundings, int steps) {
    this.surroundings = surroundings;
    this.atExit =
        new Thread(
            () -> tell("e2ee: interrupted: " + done + " done; run it again for the rest"),
            "interrupted");
    Runtime.getRuntime().addShutdownHook(atExit);
    this.bar = surroundings.terminals().err() && steps > 1 ? bar(surroundings, steps) : null;
  }

  private static ProgressBar bar(Surroundings surroundings, int steps) {
    return new ProgressBarBuilder()
        .setTaskName("rewrap")
        .setInitialMax(steps)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(100)
        .setConsumer(
            new DelegatingProgressBarConsumer(
                line -> surroundings.err().print(TO_LINE_START + line), WIDTH))
        .build();
  }

  /** One step is done. */
  void step() {
    done.incrementAndGet();
    if (bar != null) {
      bar.step();
    }
  }

  /** A line for the person, above the bar. */
  void tell(String line) {
    surroundings.tell(bar == null ? line : TO_LINE_START + line);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook tells.
    }
    if (bar != null) {
      bar.close();
      surroundings.err().println();
    }
  }
}
