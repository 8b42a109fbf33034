package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.Surroundings;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Shows a person how far a long transfer is, with its rate and the time left; nothing for a short
 * one, in a pipe or beside JSON. Of an input without a size it shows bytes and rate.
 */
public final class Progress implements AutoCloseable {
  /** How many bytes to move at a time. */
  public static final int PIECE = 128 << 10;

  private static final String TO_LINE_START = "\r\u001b[K";
  private static final int WIDTH = 78;

  /** What is done before this is not worth a bar. */
  private static final long PATIENCE_NANOS = 400_000_000;

  private final Surroundings surroundings;
  private final String task;
  private final long size;
  private final boolean wanted;
  private final long started = System.nanoTime();
  private long done;
  private @Nullable ProgressBar bar;

  /**
   * For one transfer.
   *
   * @param size in bytes; {@link Source#UNKNOWN} where there is none
   * @param wanted false to show nothing, on a terminal too
   */
  public Progress(Surroundings surroundings, String task, long size, boolean wanted) {
    this.surroundings = surroundings;
    this.task = task;
    this.size = size;
    this.wanted = wanted && surroundings.terminals().err();
  }

  /** So many bytes more are done. */
  public void advance(long bytes) {
    done += bytes;
    if (!wanted) {
      return;
    }
    if (bar != null) {
      bar.stepTo(done);
    } else if (System.nanoTime() - started > PATIENCE_NANOS) {
      bar = shown();
    }
  }

  /** How many bytes are done. */
  public long done() {
    return done;
  }

  private ProgressBar shown() {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(size)
        .startsFrom(done, Duration.ofNanos(System.nanoTime() - started))
        .setRenderer(new RateRenderer())
        .setUpdateIntervalMillis(200)
        .setConsumer(
            new DelegatingProgressBarConsumer(
                line -> surroundings.err().print(TO_LINE_START + line), WIDTH))
        .build();
  }

  /** Ends the bar's line; what is printed next stands below it. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      surroundings.err().println();
    }
  }
}
