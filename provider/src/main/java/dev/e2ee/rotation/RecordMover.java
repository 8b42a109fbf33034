package dev.e2ee.rotation;

import dev.e2ee.rotation.RefusedRecordException.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Moves one record after the other, while the application writes. Safe for use by many threads. */
final class RecordMover {
  private static final int TRIES = 8;

  private final RecordStore store;
  private final String name;
  private final RecordFunction.Opened function;
  private final Pace pace;

  /**
   * For the records of a store.
   *
   * @param name the store's, asked for before it can be broken
   */
  RecordMover(RecordStore store, String name, RecordFunction.Opened function, Pace pace) {
    this.store = store;
    this.name = name;
    this.function = function;
    this.pace = pace;
  }

  /** How it went with one record. */
  sealed interface Outcome {}

  /** The ends that need no words. */
  enum Settled implements Outcome {
    MOVED,
    ALREADY_MOVED,
    GONE,
    CONTENDED
  }

  /** It stays as it is, or the store is not sure that there is one. */
  record Stays(RotationReport.Problem problem) implements Outcome {}

  /**
   * Moves a record.
   *
   * @throws InterruptedException when this thread was interrupted, which says nothing of the record
   * @throws StoreBrokenException when the store has lost what it took
   */
  Outcome move(String id) throws InterruptedException, StoreBrokenException {
    pace.await();
    try {
      return moved(id);
    } catch (RefusedRecordException e) {
      // [rotation-10]
      return stays(id, e.reason(), String.valueOf(e.getMessage()));
    } catch (StoreBrokenException e) {
      throw e;
    } catch (IOException e) {
      if (Thread.interrupted()) { // whatever its store made of that
        InterruptedException interrupted = new InterruptedException("interrupted at " + id);
        interrupted.initCause(e);
        throw interrupted;
      }
      return stays(id, Reason.STORE, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Moves a record that was not found, and is listed still: by a writer who has made it anew, or by
   * a store that does not find what it lists.
   *
   * @throws InterruptedException as above
   * @throws StoreBrokenException as above
   */
  Outcome moveListed(String id) throws InterruptedException, StoreBrokenException {
    Outcome outcome = move(id);
    return outcome == Settled.GONE
        ? stays(
            id,
            Reason.STORE,
            name
                + " lists this record, and does not find it: its ids may be of another type than the"
                + " store was told, or it hides records; make it find what it lists")
        : outcome;
  }

  private static Stays stays(String id, Reason reason, String message) {
    return new Stays(new RotationReport.Problem(id, reason, message));
  }

  private Outcome moved(String id) throws IOException, RefusedRecordException {
    // What it is when there is nothing more to do. This pass has found none under an old key only
    // if it saw none: whatever became of that one, and whoever did it. [rotation-11]
    Settled deleted = Settled.GONE;
    Settled moved = Settled.ALREADY_MOVED;
    for (int i = 0; i < TRIES; i++) {
      Optional<StoredRecord> found = store.read(id);
      if (found.isEmpty()) {
        return deleted;
      }
      Optional<byte[]> fresh = function.move(id, found.get().bytes());
      if (fresh.isEmpty()) {
        return moved;
      }
      deleted = Settled.CONTENDED;
      moved = moved == Settled.MOVED ? moved : Settled.CONTENDED;
      // [rotation-8]
      if (store.replace(id, found.get(), fresh.get())) {
        moved = Settled.MOVED;
        Optional<Settled> end = readBack(id, fresh.get());
        if (end.isPresent()) {
          return end.get();
        }
      }
    }
    return Settled.CONTENDED;
  }

  /**
   * What the store has now. The bytes that were opened before they were written are opened; other
   * ones are a writer's, and have their own turn.
   *
   * @return empty for a writer's
   */
  private Optional<Settled> readBack(String id, byte[] fresh) throws IOException {
    // [rotation-9]
    Optional<StoredRecord> back = store.read(id);
    if (back.isEmpty()) {
      return Optional.of(Settled.CONTENDED);
    }
    if (Arrays.equals(back.get().bytes(), fresh)) {
      return Optional.of(Settled.MOVED);
    }
    try {
      Optional<byte[]> unused = function.move(id, back.get().bytes());
      return Optional.empty();
    } catch (RefusedRecordException e) {
      throw new StoreBrokenException(id, name, e);
    }
  }

  /** The store said that it has a record's new bytes, and gives others that open under no key. */
  static final class StoreBrokenException extends IOException {
    private static final long serialVersionUID = 1L;

    private StoreBrokenException(String id, String store, RefusedRecordException cause) {
      super(
          "the record "
              + id
              + " was replaced in "
              + store
              + ", and reads back as something that does not open ("
              + cause.getMessage()
              + "): either a writer has put it there at this moment, or the store cuts or changes"
              + " what it is given. The rotation has stopped; look at this record, and restore it"
              + " from a backup before you go on",
          cause);
    }
  }
}
