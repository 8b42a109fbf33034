package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.spi.internal.custody.Deadline;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A prompt that was shown, and that nobody answered in time. It stays on the screen: GNOME Keyring
 * dies, and locks everything, when a prompt that it shows is dismissed (seen with 42.1). So its
 * connection stays with it, and so does the turn to ask: who would ask next waits for this answer
 * first, instead of putting another window behind this one.
 */
final class OpenQuestion {
  /** How often it is looked whether the keychain that asks is still there. */
  static final Duration LOOK_AFTER = Duration.ofSeconds(1);

  /** A keychain in which something went wrong may never say that it is answered. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final Semaphore TURN = new Semaphore(1);

  private OpenQuestion() {}

  /**
   * Takes the one turn of this process to have a person asked.
   *
   * @return whether it was to be had by the deadline
   */
  static boolean takeTurn(Deadline deadline) throws InterruptedException {
    return TURN.tryAcquire(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
  }

  /** Gives the turn back. */
  static void endTurn() {
    TURN.release();
  }

  /**
   * Leaves one open, which has the turn until it is no more.
   *
   * @param bus closed with the question
   * @param ear what hears its end
   * @param asking who asks, as {@link SessionBus#owner} tells
   */
  static void leave(SessionBus bus, SessionBus.Ear ear, String asking) {
    Thread thread =
        new Thread(
            () -> {
              Deadline longest = Deadline.after(LONGEST);
              try (bus;
                  ear) {
                boolean open = true;
                while (open) { // a keychain that was killed says no end
                  open =
                      ear.hear(LOOK_AFTER).isEmpty()
                          && bus.owner().equals(asking)
                          && longest.remainingNanos() > 0;
                }
              } catch (BusException | InterruptedException e) {
                return; // nobody waits for this thread
              } finally {
                endTurn();
              }
            },
            "e2ee-keychain-question");
    thread.setDaemon(true);
    thread.start();
  }
}
