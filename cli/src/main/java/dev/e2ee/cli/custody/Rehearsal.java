package dev.e2ee.cli.custody;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.KeyCustody;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * One outage before the run: a command that does not take the store away would cost minutes at each
 * loss, and look like a fault of the store.
 */
record Rehearsal(CustodyUri uri, KeptSecret secret, AuditSink audit, Surroundings surroundings) {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration GOING = Duration.ofSeconds(10);

  /** A server may have to start. */
  private static final Duration COMING_BACK = Duration.ofMinutes(2);

  private static final int PAUSE_MILLIS = 100;

  /**
   * Takes the store away and brings it back.
   *
   * @throws Failure USAGE when one of the commands fails, or does not do what it is for
   */
  void of(Outage.ByCommand outage) throws IOException {
    surroundings.tell(
        "Trying --break and --restore once, before the run; waiting until the store is gone, and"
            + " back.");
    try {
      if (!goes(outage)) {
        throw Failure.usage(
            "the store still answers " + GOING.toSeconds() + " s after the command of --break",
            "It has to take the store away, also from connections that are open: p11-kit-server"
                + " has a process of its own for each, so stop them all.");
      }
      if (!becomes(this::answers, COMING_BACK)) {
        throw Failure.usage(
            "the store does not answer "
                + COMING_BACK.toMinutes()
                + " minutes after the command of --restore",
            "'e2ee custody probe --look URI' says how it is.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted; bring the store back yourself", e);
    }
  }

  /** Whether it is gone between the two commands. */
  private boolean goes(Outage outage) throws IOException, InterruptedException {
    try (KeyCustody custody = Preflight.unlocked(uri, secret, audit, DEADLINE)) {
      boolean gone = false;
      try {
        outage.lose();
        gone = becomes(() -> custody.health().status() != Health.Status.READY, GOING);
      } finally {
        outage.bringBack(); // also when --break failed after it had done something
      }
      return gone;
    }
  }

  private boolean answers() {
    try {
      Preflight.unlocked(uri, secret, audit, DEADLINE).close();
      return true;
    } catch (CustodyException e) {
      return switch (e.kind()) {
        case AUTH_FAILED, AUTH_LOCKED_OUT -> throw e; // not to be asked again and again
        default -> false;
      };
    }
  }

  private static boolean becomes(BooleanSupplier state, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!state.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return true;
  }
}
