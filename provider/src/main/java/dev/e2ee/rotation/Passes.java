package dev.e2ee.rotation;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** One run of a rotation: passes over all records, until one of them finds nothing to do. */
final class Passes implements AutoCloseable {
  private static final int PAGE = 128;

  /** So long a pass waits for what was begun before the run. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final RecordStore store;
  private final String name;
  private final RecordFunction.Opened function;
  private final RecordMover mover;
  private final RotationListener listener;
  private final @Nullable Checkpoint checkpoint;
  private final int threads;
  private final ExecutorService helpers;
  private final List<RotationReport.Problem> problems = new ArrayList<>();
  private long moved;

  Passes(
      RecordStore store,
      String name,
      RecordFunction.Opened function,
      Rotation.Options options,
      @Nullable Checkpoint checkpoint) {
    this.store = store;
    this.name = name;
    this.function = function;
    this.mover = new RecordMover(store, name, function, new Pace(options.rate()));
    this.listener = options.listener();
    this.checkpoint = checkpoint;
    this.threads = options.threads();
    this.helpers = Executors.newFixedThreadPool(Math.max(1, threads - 1), Passes::helper);
  }

  private static Thread helper(Runnable work) {
    Thread thread = new Thread(work, "e2ee-rotation");
    thread.setDaemon(true);
    return thread;
  }

  RotationReport run(int most) throws IOException, InterruptedException {
    RecordStore.Mark start = store.mark();
    Optional<Checkpoint.Position> resumed =
        checkpoint == null ? Optional.empty() : checkpoint.read();
    int number = 0;
    if (resumed.isPresent()) {
      // What is left of a pass that began in another process decides nothing. [rotation-11]
      number = pass(resumed.get().progress(), resumed.get().after()).pass();
    }
    RotationProgress last = fresh(number);
    boolean ended = false;
    for (int i = 0; i < most; i++) {
      ended = isPast(start);
      last = pass(fresh(++number), null);
      if (last.moved() == 0 && last.contended() == 0) {
        break;
      }
    }
    if (checkpoint != null) {
      checkpoint.delete();
    }
    // [rotation-11]
    boolean complete = ended && last.moved() == 0 && last.contended() == 0 && last.problems() == 0;
    return new RotationReport(
        complete,
        RotationReport.EarlierChanges.of(start, ended),
        function.ring().current(),
        function.ring().old(),
        moved,
        last,
        problems);
  }

  /** What is not seen yet may be under an old key. [rotation-15] */
  private static boolean isPast(RecordStore.Mark start) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    boolean past = start.isPast();
    while (!past
        && start != RecordStore.Mark.UNSEEN
        && System.nanoTime() - begun < PATIENCE.toNanos()) {
      Thread.sleep(PAUSE.toMillis());
      past = start.isPast();
    }
    return past;
  }

  private static RotationProgress fresh(int pass) {
    return new RotationProgress(pass, 0, 0, 0, 0, 0, 0);
  }

  /** A pass over the records behind one, or over all. */
  private RotationProgress pass(RotationProgress start, @Nullable String after)
      throws IOException, InterruptedException {
    RotationProgress progress = start;
    problems.clear();
    String before = after;
    try (RecordStore.Ids ids = store.idsAfter(after)) {
      List<String> page = ids.next(PAGE);
      while (!page.isEmpty()) {
        String last = page.get(page.size() - 1);
        if (last.equals(before)) {
          throw new IOException(
              name + " lists " + last + " again and again, and nothing behind it");
        }
        progress = counted(progress, confirmed(page(page), page, before));
        if (checkpoint != null) {
          checkpoint.write(new Checkpoint.Position(progress, last));
        }
        listener.onProgress(progress);
        before = last;
        page = ids.next(PAGE);
      }
    }
    return progress;
  }

  /** Believes of no record that it is gone while the store goes on listing it. [rotation-14] */
  private List<RecordMover.Outcome> confirmed(
      List<RecordMover.Outcome> outcomes, List<String> page, @Nullable String before)
      throws IOException, InterruptedException {
    if (!outcomes.contains(RecordMover.Settled.GONE)) {
      return outcomes;
    }
    Set<String> listed;
    try (RecordStore.Ids again = store.idsAfter(before)) {
      listed = Set.copyOf(again.next(PAGE));
    }
    List<RecordMover.Outcome> confirmed = new ArrayList<>(outcomes);
    for (int i = 0; i < page.size(); i++) {
      if (outcomes.get(i) == RecordMover.Settled.GONE && listed.contains(page.get(i))) {
        confirmed.set(i, mover.moveListed(page.get(i)));
      }
    }
    return confirmed;
  }

  private RotationProgress counted(RotationProgress before, List<RecordMover.Outcome> outcomes) {
    long refused = 0;
    for (RecordMover.Outcome outcome : outcomes) {
      if (outcome instanceof RecordMover.Stays stays) {
        refused++;
        if (problems.size() < RotationReport.KEPT_PROBLEMS) {
          problems.add(stays.problem());
        }
        listener.onProblem(stays.problem());
      }
    }
    long now = number(outcomes, RecordMover.Settled.MOVED);
    moved += now;
    return new RotationProgress(
        before.pass(),
        before.seen() + outcomes.size(),
        before.moved() + now,
        before.alreadyMoved() + number(outcomes, RecordMover.Settled.ALREADY_MOVED),
        before.gone() + number(outcomes, RecordMover.Settled.GONE),
        before.contended() + number(outcomes, RecordMover.Settled.CONTENDED),
        before.problems() + refused);
  }

  private static long number(List<RecordMover.Outcome> outcomes, RecordMover.Settled settled) {
    return outcomes.stream().filter(outcome -> outcome == settled).count();
  }

  /**
   * Moves the records of a page, and returns when the last one is settled. This thread does its
   * part: to wake another one for each page takes a tenth of the time that the records do.
   */
  private List<RecordMover.Outcome> page(List<String> ids)
      throws IOException, InterruptedException {
    AtomicReferenceArray<RecordMover.Outcome> outcomes = new AtomicReferenceArray<>(ids.size());
    AtomicInteger next = new AtomicInteger();
    List<FutureTask<Void>> parts = new ArrayList<>();
    for (int i = 0; i < Math.min(threads, ids.size()); i++) {
      parts.add(new FutureTask<>(() -> moveNext(ids, next, outcomes)));
    }
    parts.subList(1, parts.size()).forEach(helpers::execute);
    parts.get(0).run();
    await(parts, () -> next.set(ids.size()));
    List<RecordMover.Outcome> all = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      all.add(outcomes.get(i));
    }
    return all;
  }

  /** Moves one after the other of those that nobody has taken yet; none after a failure. */
  private @Nullable Void moveNext(
      List<String> ids, AtomicInteger next, AtomicReferenceArray<RecordMover.Outcome> outcomes)
      throws IOException, InterruptedException {
    boolean moved = false;
    try {
      for (int at = next.getAndIncrement(); at < ids.size(); at = next.getAndIncrement()) {
        outcomes.set(at, mover.move(ids.get(at)));
      }
      moved = true;
      return null;
    } finally {
      if (!moved) {
        next.set(ids.size());
      }
    }
  }

  /**
   * The page counts for nothing when a part of it fails. What the others have found is waited for:
   * each ends with its record.
   *
   * @param end takes no more records
   */
  private static void await(List<FutureTask<Void>> parts, Runnable end)
      throws IOException, InterruptedException {
    Throwable failure = null;
    for (FutureTask<Void> part : parts) {
      boolean ended = false;
      while (!ended) {
        try {
          part.get();
          ended = true;
        } catch (ExecutionException e) {
          failure = worse(failure, Objects.requireNonNull(e.getCause()));
          ended = true;
        } catch (InterruptedException e) {
          end.run();
          failure = worse(failure, e);
        }
      }
    }
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  /**
   * What to throw of two; a record that the store has lost comes before all that can be repeated.
   */
  private static Throwable worse(@Nullable Throwable before, Throwable other) {
    if (before == null || before == other) {
      return other;
    }
    boolean broken = other instanceof RecordMover.StoreBrokenException;
    Throwable first = broken ? other : before;
    first.addSuppressed(broken ? before : other);
    return first;
  }

  /** Ends the helpers, and waits for them: they use keys and a store that are closed after this. */
  @Override
  public void close() {
    helpers.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = helpers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
