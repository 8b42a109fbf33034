package dev.e2ee.rotation;

import dev.e2ee.spi.CustodyException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Moves all records of a store to another key, while the application reads and writes them. It may
 * be killed at any moment, and run again. Immutable; each {@code with} gives another one.
 *
 * <p>The order of work, without a moment in which something cannot be read:
 *
 * <ol>
 *   <li>Make the new key. Write the old ones, where they are in memory, {@linkplain
 *       SealedKeys#write sealed under it}.
 *   <li>Give every reader a {@link KeyRing} with the new key and the old ones; then every writer
 *       the new key.
 *   <li>{@link #run}, until it {@linkplain RotationReport#isComplete is complete}. A run decides
 *       that begins when the last writer has the new key, and has written what it had sealed under
 *       an old one, queues and transactions too: then no record is left under an old key. While it
 *       runs nobody gives a record another id without sealing it anew.
 *   <li>{@linkplain SealedKeys#retire Delete the sealed keys}; {@linkplain
 *       dev.e2ee.spi.KeyCustody#retire retire} the generations in custody.
 * </ol>
 *
 * <p>What it does with each record, and why nothing is lost: {@code testvectors/spec/rotation.md},
 * sections 4 and 5.
 */
public final class Rotation {
  private static final int MOST_THREADS = 256;
  private static final int PASSES = 10;
  private static final RotationListener NOBODY = new RotationListener() {};

  private final RecordStore store;
  private final RecordFunction function;
  private final Options options;

  private Rotation(RecordStore store, RecordFunction function, Options options) {
    this.store = store;
    this.function = function;
    this.options = options;
  }

  /**
   * What it may be told.
   *
   * @param rate records a second, infinity for no bound
   */
  record Options(
      int threads,
      double rate,
      int passes,
      RotationListener listener,
      @Nullable Path checkpoint,
      @Nullable SealedKeys sealedKeys) {}

  /** A rotation with one thread, as fast as it goes, without a checkpoint. */
  public static Rotation of(RecordStore store, RecordFunction function) {
    return new Rotation(
        Objects.requireNonNull(store, "store"),
        Objects.requireNonNull(function, "function"),
        new Options(1, Double.POSITIVE_INFINITY, PASSES, NOBODY, null, null));
  }

  private Rotation with(Options changed) {
    return new Rotation(store, function, changed);
  }

  /**
   * With so many threads, of which the one that calls {@link #run} is the first.
   *
   * @throws IllegalArgumentException for none, or more than 256
   */
  public Rotation withThreads(int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException("a rotation has 1 to " + MOST_THREADS + " threads");
    }
    Options o = options;
    return with(new Options(threads, o.rate, o.passes, o.listener, o.checkpoint, o.sealedKeys));
  }

  /**
   * With at most so many records a second, over all threads, so that others come to their turn.
   *
   * @throws IllegalArgumentException for 0 and less, and for less than one a day
   */
  public Rotation withRate(double recordsPerSecond) {
    if (!(recordsPerSecond * Duration.ofDays(1).toSeconds() >= 1)) {
      throw new IllegalArgumentException("a rate is one record a day or more");
    }
    Options o = options;
    return with(
        new Options(o.threads, recordsPerSecond, o.passes, o.listener, o.checkpoint, o.sealedKeys));
  }

  /**
   * With so many passes at the most in one run, 10 if not said: while writers seal under an old key
   * each pass finds more to move.
   *
   * @throws IllegalArgumentException for less than 1
   */
  public Rotation withPasses(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a rotation needs a pass");
    }
    Options o = options;
    return with(new Options(o.threads, o.rate, most, o.listener, o.checkpoint, o.sealedKeys));
  }

  /** With somebody who is told how it goes on. */
  public Rotation withListener(RotationListener listener) {
    Objects.requireNonNull(listener, "listener");
    Options o = options;
    return with(new Options(o.threads, o.rate, o.passes, listener, o.checkpoint, o.sealedKeys));
  }

  /**
   * With a file in which it says how far it is, to go on there after a crash. Without it, and when
   * the file is lost or torn, a run begins with the first record, which costs time and nothing
   * else. The file is deleted at the end; it is for one rotation at a time.
   */
  public Rotation withCheckpoint(Path file) {
    Objects.requireNonNull(file, "file");
    Options o = options;
    return with(
        new Options(o.threads, o.rate, o.passes, o.listener, file.toAbsolutePath(), o.sealedKeys));
  }

  /** With the sealed old keys, which a rotation of keys in memory does not begin without. */
  public Rotation withSealedKeys(SealedKeys sealedKeys) {
    Objects.requireNonNull(sealedKeys, "sealedKeys");
    Options o = options;
    return with(new Options(o.threads, o.rate, o.passes, o.listener, o.checkpoint, sealedKeys));
  }

  /**
   * Moves the records, pass after pass, until a pass from the first record to the last one finds
   * none under an old key, or only such as cannot be moved, or there were enough passes.
   *
   * <p>{@linkplain RotationReport#isComplete Complete} is what that last pass has seen: each record
   * that was there from its beginning to its end. A writer that goes on with an old key may seal
   * another one behind it. So only a run that began after the last writer had the new key says that
   * the old ones are free.
   *
   * @throws IllegalStateException when old keys in memory are not in the {@linkplain
   *     #withSealedKeys sealed keys}, or the checkpoint is another rotation's; nothing was moved
   * @throws IOException when the store cannot be listed, has lost a record, or the checkpoint
   *     cannot be written; run it again to go on
   * @throws CustodyException when a key's custody cannot say; run it again to go on
   * @throws GeneralSecurityException when the keys cannot be had
   * @throws InterruptedException when this thread was interrupted; run it again to go on
   */
  public RotationReport run() throws IOException, GeneralSecurityException, InterruptedException {
    try (RecordFunction.Opened opened = function.open()) {
      requireSealed(opened.ring());
      String name = store.name();
      Checkpoint checkpoint = checkpoint(name, opened.ring());
      try (Passes passes = new Passes(store, name, opened, options, checkpoint)) {
        return passes.run(options.passes);
      }
    } catch (RecordMover.StoreBrokenException e) {
      throw e;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw interrupted(e);
      }
      throw e;
    } catch (CustodyException e) {
      if (e.kind() == CustodyException.Kind.CANCELLED && Thread.interrupted()) {
        throw interrupted(e);
      }
      throw e;
    }
  }

  /** Whatever a store, a checkpoint's file or a custody made of the interrupt. */
  private static InterruptedException interrupted(Exception cause) {
    InterruptedException interrupted = new InterruptedException("the rotation was interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }

  private void requireSealed(KeyRing ring) throws IOException, GeneralSecurityException {
    // [rotation-6]
    if (!ring.hasOldKeysInMemory()) {
      return;
    }
    SealedKeys sealed = options.sealedKeys;
    String problem =
        sealed == null
            ? "its old keys are in memory: write them with SealedKeys.write, and name that file"
                + " withSealedKeys"
            : sealed.problemWith(ring);
    if (problem != null) {
      throw new IllegalStateException("the rotation has not begun: " + problem);
    }
  }

  private @Nullable Checkpoint checkpoint(String name, KeyRing ring) {
    if (options.checkpoint == null) {
      return null;
    }
    String from =
        ring.old().stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
    return new Checkpoint(options.checkpoint, name + " from " + from + " to " + ring.current());
  }
}
