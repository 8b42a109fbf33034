package dev.e2ee.custody.keychain.internal.item;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Deadline;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread of its own, which is left alone when its time is over: a library or a system
 * call may never come back.
 */
public final class Bounded {
  private Bounded() {}

  /**
   * Does it.
   *
   * @param what in messages
   * @param changes whether it may change something though its time is over
   * @param late gets a result that came too late
   * @throws CustodyException TIMEOUT, CANCELLED when this thread is interrupted, and what the work
   *     throws
   */
  public static <T> T run(
      String what, boolean changes, Deadline deadline, Supplier<T> work, Consumer<T> late) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                T value = work.get();
                if (!result.complete(value)) {
                  late.accept(value);
                }
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            },
            "e2ee-keychain");
    thread.setDaemon(true);
    thread.start();
    try {
      return result.get(Math.max(1, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return tooLate(result, thread, timeout(what, changes, deadline, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return tooLate(
          result,
          thread,
          new CustodyException(
              Kind.CANCELLED,
              "the thread was interrupted while waiting for " + what,
              e,
              changes,
              OptionalLong.empty()));
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static <T> T tooLate(CompletableFuture<T> result, Thread thread, CustodyException error) {
    if (result.completeExceptionally(error)) {
      thread.interrupt();
      throw error;
    }
    try {
      return result.join(); // it came at the last moment
    } catch (CompletionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  private static CustodyException timeout(
      String what, boolean changes, Deadline deadline, Exception cause) {
    return new CustodyException(
        Kind.TIMEOUT,
        what
            + " did not answer within "
            + deadline.limit().toMillis()
            + " ms; try again, or allow more time",
        cause,
        changes,
        OptionalLong.empty());
  }
}
