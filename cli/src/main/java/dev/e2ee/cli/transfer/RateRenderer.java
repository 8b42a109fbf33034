package dev.e2ee.cli.transfer;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.DefaultProgressBarRenderer;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/**
 * The library's bar in MiB, with the rate from the first moment on and with its unit: the library
 * counts whole seconds, and says nothing before the first.
 */
final class RateRenderer extends DefaultProgressBarRenderer {
  private static final long MIB = 1 << 20;
  private static final double NANOS = 1e9;

  RateRenderer() {
    super(
        ProgressBarStyle.ASCII,
        " MiB",
        MIB,
        true,
        null,
        ChronoUnit.SECONDS,
        true,
        RateRenderer::timeLeft);
  }

  /** Empty where the end or the rate is not known. */
  private static Optional<Duration> timeLeft(ProgressState state) {
    if (state.isIndefinite() || state.getCurrent() == 0) {
      return Optional.empty();
    }
    double left = state.getMax() - state.getCurrent();
    double elapsed = state.getTotalElapsed().toNanos();
    return Optional.of(Duration.ofNanos((long) (elapsed * left / state.getCurrent())));
  }

  @Override
  protected String speed(ProgressState state) {
    double seconds = Math.max(1, state.getTotalElapsed().toNanos()) / NANOS;
    return String.format(Locale.ROOT, "%.0f MiB/s", state.getCurrent() / seconds / MIB);
  }
}
