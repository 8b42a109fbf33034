package dev.e2ee.rotation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an application's records are: what a {@link Rotation} needs of a database, a directory, a
 * bucket. Safe for use by many threads, while the application goes on reading and writing.
 *
 * <p>An application's own writers need no {@code RecordStore}, as long as a record that they change
 * between a {@link #read} and a {@link #replace} makes that {@code replace} fail.
 */
public interface RecordStore {
  /**
   * Which store it is, for the checkpoint: the same in every process, another one for other
   * records, at most 4,096 characters, and without a password.
   *
   * @throws IOException when the store cannot be asked
   */
  String name() throws IOException;

  /**
   * The ids of all records, in an order that depends on the ids alone.
   *
   * @param after where to go on: the ids behind this one in that order; it need not be there any
   *     more. Null for all
   */
  Ids idsAfter(@Nullable String after) throws IOException;

  /**
   * A record as it is now.
   *
   * @return empty when there is none with this id
   * @throws IOException when it cannot be read; the message says why
   */
  Optional<StoredRecord> read(String id) throws IOException;

  /**
   * Puts new bytes in the place of those that were read, if nobody has changed or deleted them
   * since: at once, so that every reader sees the one or the other.
   *
   * @return true when the new bytes, exactly these, are durable: they are there after a loss of
   *     power, too. False when the record is not as it was read; then nothing was changed
   * @throws IOException when that did not work; whether it has changed the record is not known then
   */
  boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException;

  /**
   * Marks this moment, so that a pass over the records can know that it sees what was written
   * before. Where a change is seen as soon as somebody has begun it, as in a directory: {@link
   * Mark#PAST}. Where one is not, and nobody can tell which are under way: {@link Mark#UNSEEN}.
   * Whoever wraps another store asks that one.
   *
   * @throws IOException when the store cannot be asked
   */
  Mark mark() throws IOException;

  /** A moment in the life of a store. For one thread. */
  @FunctionalInterface
  interface Mark {
    /** Of a store in which nothing is under way unseen. */
    Mark PAST = () -> true;

    /** Never past: of a store that does not see what is under way in it. [rotation-15] */
    Mark UNSEEN = () -> false;

    /**
     * Of such a store, whose user says that what was under way when the run began has ended. By its
     * identity it is told from {@link #PAST}, and so it is no lambda. [rotation-15]
     */
    Mark SAID_TO_BE_PAST =
        new Mark() {
          @Override
          public boolean isPast() {
            return true;
          }
        };

    /**
     * Whether every change that somebody had begun before this moment has ended by now: it is seen
     * by whoever lists and reads, or was undone.
     *
     * @throws IOException when the store cannot be asked
     */
    boolean isPast() throws IOException;
  }

  /**
   * Ids in their order, in pages. For one thread.
   *
   * <p>A record that exists from before {@link #idsAfter} until after the page that is behind it in
   * the order comes exactly once. One that is made or deleted meanwhile may come or not.
   */
  interface Ids extends AutoCloseable {
    /**
     * The next ones.
     *
     * @param most 1 or more
     * @return none at the end, and only there
     */
    List<String> next(int most) throws IOException;

    @Override
    void close() throws IOException;
  }
}
