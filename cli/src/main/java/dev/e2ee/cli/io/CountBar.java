package dev.e2ee.cli.io;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how many steps of a run are done: a bar on a terminal, nothing in a pipe. */
public final class CountBar implements AutoCloseable {
  private static final String TO_LINE_START = "\r\u001b[K";
  private static final int WIDTH = 78;

  private final Surroundings surroundings;
  private final @Nullable ProgressBar bar;

  /** For so many steps; one needs no bar. */
  public CountBar(Surroundings surroundings, String task, long steps) {
    this.surroundings = surroundings;
    this.bar =
        surroundings.terminals().err() && steps > 1 ? shown(surroundings, task, steps) : null;
  }

  private static ProgressBar shown(Surroundings surroundings, String task, long steps) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(steps)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(100)
        .setConsumer(
            new DelegatingProgressBarConsumer(
                line -> surroundings.err().print(TO_LINE_START + line), WIDTH))
        .build();
  }

  /** One step is done; from any thread. */
  public synchronized void step() {
    if (bar != null) {
      bar.step();
    }
  }

  /** So many steps are done, which may be fewer than before; from any thread. */
  public synchronized void at(long steps) {
    if (bar != null) {
      bar.stepTo(steps);
    }
  }

  /** A line for the person, above the bar. */
  public void tell(String line) {
    if (bar != null) {
      surroundings.err().print(TO_LINE_START);
    }
    surroundings.tell(line);
  }

  /** Ends the bar's line; what is printed next stands below it. */
  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      surroundings.err().println();
    }
  }
}
