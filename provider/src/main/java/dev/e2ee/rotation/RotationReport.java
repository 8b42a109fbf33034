package dev.e2ee.rotation;

import dev.e2ee.spi.key.KeyId;
import java.util.List;
import java.util.Set;

/** What a rotation that came to its end has done. Made by {@link Rotation#run} only. */
public final class RotationReport {
  /** So many problems of the last pass are kept; a {@link RotationListener} is told of all. */
  public static final int KEPT_PROBLEMS = 1000;

  /**
   * A record that was not moved.
   *
   * @param id in the store
   * @param message what is wrong and what to do; holds no secret
   */
  public record Problem(String id, RefusedRecordException.Reason reason, String message) {}

  /**
   * What is known of changes that others had begun before the run, as transactions of a database:
   * what they hold is seen by nobody else, and may be under an old key. [rotation-15]
   */
  public enum EarlierChanges {
    /** All had ended when the last pass began, which has seen them. */
    ENDED,
    /** Some were open still: end them, and run it again. */
    OPEN,
    /**
     * The store does not see them: end what was open before the run, and run it again {@linkplain
     * JdbcRecordStore#withTransactionsEnded with the word} that it has ended.
     */
    UNSEEN,
    /** The store does not see them; its user has said that they had ended. */
    SAID_TO_HAVE_ENDED;

    static EarlierChanges of(RecordStore.Mark start, boolean past) {
      if (start == RecordStore.Mark.UNSEEN) {
        return UNSEEN;
      }
      if (start == RecordStore.Mark.SAID_TO_BE_PAST) {
        return SAID_TO_HAVE_ENDED;
      }
      return past ? ENDED : OPEN;
    }
  }

  private final boolean complete;
  private final EarlierChanges earlierChanges;
  private final KeyId current;
  private final Set<KeyId> old;
  private final long moved;
  private final RotationProgress lastPass;
  private final List<Problem> problems;

  RotationReport(
      boolean complete,
      EarlierChanges earlierChanges,
      KeyId current,
      Set<KeyId> old,
      long moved,
      RotationProgress lastPass,
      List<Problem> problems) {
    this.complete = complete;
    this.earlierChanges = earlierChanges;
    this.current = current;
    this.old = Set.copyOf(old);
    this.moved = moved;
    this.lastPass = lastPass;
    this.problems = List.copyOf(problems);
  }

  /**
   * Whether the last pass, from the first record to the last one, found every record under the new
   * key, and opened it. It says nothing of what a writer has sealed under an old key behind that
   * pass: see {@link Rotation#run}.
   */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Whether it is not complete because changes that were begun before the run, transactions of a
   * database, had not ended when the last pass began, or because nobody can see whether they had:
   * what they hold is not seen, and may be under an old key. What to do: {@link #earlierChanges}.
   */
  public boolean isHeldUp() {
    return earlierChanges == EarlierChanges.OPEN || earlierChanges == EarlierChanges.UNSEEN;
  }

  /** What is known of the changes that were begun before the run. */
  public EarlierChanges earlierChanges() {
    return earlierChanges;
  }

  /** The key that the records were moved to. */
  public KeyId current() {
    return current;
  }

  /**
   * The old keys that no record is under any more: all, or, when it is not complete, none; and none
   * when there was no record, for an empty store is often the wrong one.
   */
  public Set<KeyId> freed() {
    return complete && sawRecords() ? old : Set.of();
  }

  /** Whether the last pass has found a record under the new key. */
  boolean sawRecords() {
    return lastPass.alreadyMoved() > 0;
  }

  /** How many records this run has moved, in all its passes. */
  public long moved() {
    return moved;
  }

  /** The numbers of the last pass. */
  public RotationProgress lastPass() {
    return lastPass;
  }

  /** The problems of the last pass, the first {@value #KEPT_PROBLEMS} of them. */
  public List<Problem> problems() {
    return problems;
  }

  /** One line for a person, with what to do next. */
  @Override
  public String toString() {
    String done = moved + " records moved in " + lastPass.pass() + " passes; ";
    if (complete && !sawRecords()) {
      return done + "the last pass found NO RECORD; look whether it is the right store";
    }
    if (complete) {
      return done
          + "the last pass found all "
          + lastPass.alreadyMoved()
          + " under the new key"
          + (earlierChanges == EarlierChanges.SAID_TO_HAVE_ENDED
              ? "; that the transactions that were open before the run had ended was said by who"
                  + " started it, and not seen"
              : "");
    }
    if (lastPass.problems() > 0) {
      return done
          + "NOT COMPLETE: "
          + lastPass.problems()
          + " records stay as they are, the first one "
          + problems.get(0)
          + "; settle them and run it again";
    }
    if (earlierChanges == EarlierChanges.UNSEEN) {
      return done
          + "NOT COMPLETE: open transactions of this database cannot be seen, and may hold records"
          + " under an old key; end those that were open before this run, and run it again"
          + " withTransactionsEnded";
    }
    if (earlierChanges == EarlierChanges.OPEN) {
      return done
          + "NOT COMPLETE: transactions that began before it are open, and may hold records under an"
          + " old key; end them, and run it again";
    }
    if (lastPass.contended() > 0) {
      return done
          + "NOT COMPLETE: "
          + lastPass.contended()
          + " records were changed or deleted each time that they were to be moved; run it again, and"
          + " if it stays so, look whether the store keeps what it takes";
    }
    return done
        + "NOT COMPLETE: records still came under an old key; find the writers that seal under it,"
        + " give them the new one, and run it again";
  }
}
