package dev.e2ee.internal.core;

import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * The data keys that an application has allowed to be kept: {@code testvectors/spec/envelope.md},
 * section 5. One thread at a time asks a custody for the same one, without any lock; the others
 * that need it wait for the answer.
 */
public final class DataKeys implements DataKeyReuse {
  /** So many are kept at once, whatever a server sends to be opened. */
  static final int MOST_KEPT = 64;

  private static final ByteBuffer SEALING = ByteBuffer.allocate(0);

  /**
   * Which data key.
   *
   * @param given the key object that the application gave: ids alone might be those of another
   *     custody's key
   * @param umk the generation that wraps
   * @param approved whether the module of the FIPS profile drew it
   * @param locks how often the custody was locked
   * @param wrap what is to be opened; empty for the one that seals now
   */
  private record Id(CustodyKey given, KeyId umk, boolean approved, long locks, ByteBuffer wrap) {
    static Id of(Engine engine, CustodyKey given, MasterKey.InCustody umk, ByteBuffer wrap) {
      return new Id(given, umk.id(), engine.isApprovedOnly(), umk.dekWrap().locks(), wrap);
    }

    boolean isFromBefore(Id now) {
      return given.equals(now.given) && locks != now.locks;
    }
  }

  /** A data key for one envelope: a copy, to be closed, and its wrap. */
  static final class Lease implements AutoCloseable {
    private final SecretBytes key;
    private final byte[] wrap;

    Lease(SecretBytes key, byte[] wrap) {
      this.key = key;
      this.wrap = wrap;
    }

    SecretBytes key() {
      return key;
    }

    /** Nobody's to change. */
    byte[] wrap() {
      return wrap;
    }

    @Override
    public void close() {
      key.close();
    }
  }

  private final KeptDataKey.Bounds bounds;
  private final LongSupplier clock;
  private final LongSupplier nanos;
  private final Object lock = new Object();
  private final Map<Id, KeptDataKey> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Id, CompletableFuture<@Nullable Void>> underWay = new HashMap<>();
  private boolean closed;

  /**
   * Within these bounds.
   *
   * @throws IllegalArgumentException for one that the specification does not allow
   */
  public DataKeys(int uses, Duration age, long bytes) {
    this(uses, age, bytes, System::currentTimeMillis, System::nanoTime);
  }

  DataKeys(int uses, Duration age, long bytes, LongSupplier clock, LongSupplier nanos) {
    // [envelope-60]
    require(uses >= 1 && uses <= MAX_USES, "1 to " + MAX_USES + " uses, not " + uses);
    require(
        age.compareTo(Duration.ZERO) > 0 && age.compareTo(MAX_AGE) <= 0,
        "an age over 0 and up to " + MAX_AGE + ", not " + age);
    require(bytes >= 1 && bytes <= MAX_BYTES, "1 to " + MAX_BYTES + " bytes, not " + bytes);
    this.bounds = new KeptDataKey.Bounds(uses, age, bytes);
    this.clock = clock;
    this.nanos = nanos;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("a data key may be kept for " + what);
    }
  }

  @Override
  public int uses() {
    return bounds.uses();
  }

  @Override
  public Duration age() {
    return bounds.age();
  }

  @Override
  public long bytes() {
    return bounds.bytes();
  }

  /**
   * The data key for one envelope more.
   *
   * @param given the key object that the application gave
   * @throws CustodyException as its custody says
   */
  Lease forSealing(Engine engine, CustodyKey given, MasterKey.InCustody umk, long length) {
    return lease(
        () -> asked(engine, given, umk, SEALING, umk.dekWrap()::requireWraps),
        length,
        () -> fresh(engine, umk, Moment.now(clock, nanos)));
  }

  private KeptDataKey fresh(Engine engine, MasterKey.InCustody umk, Moment begun) {
    // [envelope-57]
    SecretBytes key = SecretBytes.adopt(engine.random(RecordKey.LENGTH));
    boolean wrapped = false;
    try {
      byte[] wrap = umk.wrap(key, ContextBinding.dataKeyAad());
      // [envelope-64]
      if (!opens(umk, wrap, key)) {
        throw new CustodyException(
            CustodyException.Kind.TRANSIENT,
            "the custody of "
                + umk.key()
                + " does not open what it has just wrapped, so nothing was sealed with it. Try"
                + " again; when it is so once more, find out what is wrong with it: e2ee custody"
                + " probe URI");
      }
      wrapped = true;
      return new KeptDataKey(lock, bounds, begun, key, wrap);
    } finally {
      if (!wrapped) {
        key.close();
      }
    }
  }

  /** A wrap that does not open would cost every envelope of the data key. */
  private static boolean opens(MasterKey.InCustody umk, byte[] wrap, SecretBytes key) {
    try (SecretBytes back = umk.unwrap(wrap.clone(), ContextBinding.dataKeyAad())) {
      return back.sameBytes(key);
    } catch (AEADBadTagException e) {
      return false;
    }
  }

  /**
   * A data key of an envelope that is to be opened.
   *
   * @throws CustodyException INTEGRITY when the wrap is not authentic, and as its custody says
   */
  Lease forOpening(Engine engine, CustodyKey given, MasterKey.InCustody umk, byte[] wrap) {
    byte[] copy = wrap.clone();
    return lease(
        () -> asked(engine, given, umk, ByteBuffer.wrap(copy), umk.dekWrap()::requireUnwraps),
        0,
        () ->
            new KeptDataKey(
                lock,
                bounds,
                Moment.now(clock, nanos),
                umk.askToUnwrap(wrap.clone(), ContextBinding.dataKeyAad()),
                copy));
  }

  /** Ends a data key that was unwrapped, if it is kept: the custody may have erred. */
  void forget(Engine engine, CustodyKey given, MasterKey.InCustody umk, byte[] wrap) {
    Id wanted = Id.of(engine, given, umk, ByteBuffer.wrap(wrap));
    end(wanted::equals);
  }

  /**
   * Which data key, after the custody was asked whether it would do it now. When it says no of this
   * generation, nothing of that stays here; when it says no of itself, nothing of it does.
   */
  private Id asked(
      Engine engine,
      CustodyKey given,
      MasterKey.InCustody umk,
      ByteBuffer wrap,
      Runnable question) {
    // [envelope-61]
    try {
      question.run();
    } catch (CustodyException e) {
      boolean ofThisGeneration =
          e.kind() == CustodyException.Kind.POLICY || e.kind() == CustodyException.Kind.MISSING;
      end(id -> id.given.equals(given) && (!ofThisGeneration || id.umk.equals(umk.id())));
      throw e;
    }
    return Id.of(engine, given, umk, wrap);
  }

  /**
   * The data key of an id.
   *
   * @param asked asks the custody whether it may be used, before each look
   */
  private Lease lease(Supplier<Id> asked, long length, Supplier<KeptDataKey> custody) {
    while (true) {
      Id id = asked.get();
      CompletableFuture<@Nullable Void> answer;
      boolean mine = false;
      synchronized (lock) {
        requireOpen();
        Lease lease = ofKept(id, length);
        if (lease != null) {
          return lease;
        }
        answer = underWay.get(id);
        if (answer == null) {
          end(kept -> kept.isFromBefore(id)); // after a lock nothing is found by its new number
          answer = new CompletableFuture<>();
          underWay.put(id, answer);
          mine = true;
        }
      }
      if (mine) {
        return make(id, length, custody, answer);
      }
      await(answer);
    }
  }

  private @Nullable Lease ofKept(Id id, long length) {
    KeptDataKey known = kept.get(id);
    Lease lease = known == null ? null : known.lease(length);
    if (lease == null) {
      kept.remove(id);
    }
    return lease;
  }

  private Lease make(
      Id id, long length, Supplier<KeptDataKey> custody, CompletableFuture<@Nullable Void> answer) {
    try {
      Lease first = keep(id, custody.get(), length);
      forgetAsking(id);
      answer.complete(null);
      return first;
    } catch (RuntimeException | Error e) {
      forgetAsking(id);
      answer.completeExceptionally(e);
      throw e;
    }
  }

  private void forgetAsking(Id id) {
    synchronized (lock) {
      underWay.remove(id);
    }
  }

  /**
   * Whoever waited for a custody that failed is told the same: it was asked for all of them. But
   * that one thread was interrupted says nothing to the others.
   */
  private static void await(CompletableFuture<@Nullable Void> answer) {
    try {
      answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CustodyException failure
          && failure.kind() == CustodyException.Kind.CANCELLED) {
        return;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }

  private Lease keep(Id id, KeptDataKey made, long length) {
    synchronized (lock) {
      if (closed) {
        made.end();
        requireOpen();
      }
      Lease first = made.first(length);
      kept.put(id, made);
      made.endInTime();
      // [envelope-62]
      Iterator<KeptDataKey> oldest = kept.values().iterator();
      while (kept.size() > MOST_KEPT) {
        oldest.next().end();
        oldest.remove();
      }
      return first;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "this reuse of data keys was closed; make another, or seal and open without");
    }
  }

  private void end(Predicate<Id> which) {
    synchronized (lock) {
      kept.entrySet()
          .removeIf(
              entry -> {
                boolean ends = which.test(entry.getKey());
                if (ends) {
                  entry.getValue().end();
                }
                return ends;
              });
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      end(id -> true);
    }
  }

  @Override
  public String toString() {
    return "DataKeyReuse[uses="
        + bounds.uses()
        + ", age="
        + bounds.age()
        + ", bytes="
        + bounds.bytes()
        + "]";
  }
}
