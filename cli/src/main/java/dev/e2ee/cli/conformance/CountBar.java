package dev.e2ee.cli.conformance;

import dev.e2ee.cli.io.Surroundings;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how many steps of a long run are done: a bar on a terminal, nothing in a pipe. */
final class CountBar implements AutoCloseable {
  private static final String TO_LINE_START = "\r\u001b[K";
  private static final int WIDTH = 78;

  private final Surroundings surroundings;
  private final @Nullable ProgressBar bar;

  CountBar(Surroundings surroundings, String task, int steps) {
    this.surroundings = surroundings;
    this.bar =
        surroundings.terminals().err()
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(100)
                .setConsumer(
                    new DelegatingProgressBarConsumer(
                        line -> surroundings.err().print(TO_LINE_START + line), WIDTH))
                .build()
            : null;
  }

  /** One step is done; from any thread. */
  synchronized void step() {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      surroundings.err().println();
    }
  }
}
