package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.spi.internal.custody.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A prompt that was shown, and that nobody answered in time. It stays on the screen: GNOME Keyring
 * dies, and locks everything, when a prompt that it shows is dismissed (seen with 42.1). So its
 * connection stays with it, and who would ask next waits for this answer first, instead of putting
 * another window behind this one.
 */
final class OpenQuestion {
  private static final Duration LOOK_AFTER = Duration.ofSeconds(1);

  /** The latest one; ended where there is none. */
  private static volatile CompletableFuture<Void> latest = CompletableFuture.completedFuture(null);

  private OpenQuestion() {}

  /**
   * Leaves one open.
   *
   * @param bus closed when the question is no more
   * @param ear what hears its end
   */
  static void leave(SessionBus bus, SessionBus.Ear ear) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    latest = end;
    Thread thread =
        new Thread(
            () -> {
              try (bus;
                  ear) {
                String asking = bus.owner();
                boolean open = !asking.isEmpty();
                while (open) { // a keychain that was killed says no end
                  open =
                      ear.hear(Deadline.after(LOOK_AFTER)).isEmpty() && bus.owner().equals(asking);
                }
              } catch (BusException | InterruptedException e) {
                return; // nobody waits for this thread
              } finally {
                end.complete(null);
              }
            },
            "e2ee-keychain-question");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits until none is open.
   *
   * @return whether none is by the deadline
   */
  static boolean awaitEnd(Deadline deadline) throws InterruptedException {
    try {
      latest.get(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a question is no failure", e);
    }
  }
}
