package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Audit;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the wraps under each key: after 2^32 random 96-bit nonces a repeated one is too likely.
 *
 * <p>Blocks of wraps are reserved in the file ahead of use, so that a crash loses only numbers, and
 * grow with use, so that a busy key writes seldom. [keyfile-37]
 */
public final class WrapBudget {
  /** From here on a person is told to rotate. */
  public static final long WARN = 1L << 31;

  private static final long FIRST_BLOCK = 16;
  private static final long LAST_BLOCK = 1L << 20;

  private final Session session;
  private final Audit audit;
  private final boolean persistent;
  private final Map<KeyId, Counter> counters = new ConcurrentHashMap<>();

  /** For one session; without {@code persistent} the counts end with it. */
  public WrapBudget(Session session, Audit audit, boolean persistent) {
    this.session = session;
    this.audit = audit;
    this.persistent = persistent;
  }

  /**
   * Spends one wrap.
   *
   * @throws CustodyException EXHAUSTED, and what writing the file throws; POLICY when the key is no
   *     longer PRIMARY in the file
   */
  public void spend(KeyRow row) {
    KeyId id = row.id();
    Counter counter = counters.computeIfAbsent(id, key -> new Counter());
    session.acquire(counter.lock);
    try {
      if (counter.left == 0) {
        counter.left = persistent ? reserve(id, counter.block) : remember(row, counter);
        counter.block = Math.min(LAST_BLOCK, counter.block * 4);
      }
      counter.left--;
    } finally {
      counter.lock.unlock();
    }
  }

  private long reserve(KeyId id, long block) {
    return session.count(
        editor -> {
          KeyRow row = editor.document().key(id).orElseThrow(WrapBudget::gone);
          checkPrimary(row);
          long granted = grant(row, row.uses(), block);
          editor.commitUses(editor.document().with(row.withUses(row.uses() + granted)));
          return granted;
        });
  }

  private long remember(KeyRow row, Counter counter) {
    long used = Math.max(counter.remembered, row.uses());
    long granted = grant(row, used, FIRST_BLOCK);
    counter.remembered = used + granted;
    return granted;
  }

  private long grant(KeyRow row, long used, long block) {
    long granted = Math.min(block, KeyRow.MAX_USES - used);
    if (granted == 0) { // [keyfile-37]
      throw new CustodyException(
          Kind.EXHAUSTED,
          "the key '" + row.name() + "' has wrapped 2^32 times, the most that is safe; rotate it");
    }
    if (used < WARN && used + granted >= WARN) {
      audit.attempt(
          "nonce-budget",
          attempt ->
              attempt
                  .on(row.id(), row.identity().generation())
                  .because("half of the 2^32 wraps of this key are used; rotate it soon"));
    }
    return granted;
  }

  /** Refuses to wrap under anything but a PRIMARY generation. */
  public static void checkPrimary(KeyRow row) {
    if (row.state() != KeyState.PRIMARY) {
      throw new CustodyException(
          Kind.POLICY,
          "generation "
              + row.identity().generation()
              + " of '"
              + row.name()
              + "' is "
              + row.state()
              + " and does not wrap; find the key by its name to get the one that does");
    }
  }

  private static CustodyException gone() {
    return new CustodyException(Kind.MISSING, "the key is no longer in the file; list its keys");
  }

  private static final class Counter {
    private final ReentrantLock lock = new ReentrantLock();
    private long left;
    private long block = FIRST_BLOCK;
    private long remembered;
  }
}
