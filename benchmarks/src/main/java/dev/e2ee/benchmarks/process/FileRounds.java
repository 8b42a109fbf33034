package dev.e2ee.benchmarks.process;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Metric;
import dev.e2ee.benchmarks.result.Recorder;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Lets programs seal and open a file, in rounds and in an order that changes. */
final class FileRounds {
  private static final int CHECKED_SIZE = 100_000;

  private final Workplace workplace;
  private final TimedProcess processes;
  private final Recorder recorder;

  /** In this workplace. */
  FileRounds(Workplace workplace, TimedProcess processes, Recorder recorder) {
    this.workplace = workplace;
    this.processes = processes;
    this.recorder = recorder;
  }

  /**
   * Checks with a small file that a program opens what it sealed, and whether it notices a flipped
   * bit.
   *
   * @throws IllegalStateException when it does not do what is measured
   */
  void check(Contestant who)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    Path plain = workplace.plaintext("check", CHECKED_SIZE);
    Path sealed = workplace.file("check.sealed");
    Path opened = workplace.file("check.opened");
    processes.run(who.seal().on(plain, sealed), who.environment());
    processes.run(who.open().on(sealed, opened), who.environment());
    requireSame(who, plain, opened);
    Files.delete(opened);
    flipBit(sealed);
    boolean noticed = false;
    try {
      processes.run(who.open().on(sealed, opened), who.environment());
    } catch (TimedProcess.FailedException e) {
      noticed = true;
    }
    if (noticed != who.authenticated()) {
      throw new IllegalStateException(
          who.subject() + (noticed ? " notices" : " does not notice") + " a flipped bit");
    }
    Files.delete(sealed);
    Files.deleteIfExists(opened);
  }

  private static void flipBit(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long middle = bytes.length() / 2;
      bytes.seek(middle);
      int old = bytes.read();
      bytes.seek(middle);
      bytes.write(old ^ 1);
    }
  }

  /** One round over this file. */
  void round(int round, List<Contestant> contestants, Path plain)
      throws IOException, InterruptedException {
    List<Contestant> order = new ArrayList<>(contestants);
    Collections.shuffle(order, new Random(round));
    for (Contestant who : order) {
      sealAndOpen(round, who, plain, Task.FILE_SEAL, Task.FILE_OPEN);
    }
  }

  /** Seals and opens a file once, and records both. */
  void sealAndOpen(int round, Contestant who, Path plain, Task sealing, Task opening)
      throws IOException, InterruptedException {
    long size = Files.size(plain);
    Cell seal = Cell.ofFile(who.jdk(), sealing, who.subject(), size, workplace.kind());
    Cell open = Cell.ofFile(who.jdk(), opening, who.subject(), size, workplace.kind());
    Path sealed = workplace.file("sealed");
    Path opened = workplace.file("opened");
    if (measure(round, seal, who.seal(), who, plain, sealed)) {
      if (measure(round, open, who.open(), who, sealed, opened)) {
        requireSame(who, plain, opened);
      }
    } else if (!recorder.hasFailed(open)) {
      recorder.fail(open, "nothing to open: it could not be sealed");
    }
    Files.deleteIfExists(sealed);
    Files.deleteIfExists(opened);
  }

  /** Whether the command did its work. */
  private boolean measure(
      int round, Cell cell, Contestant.Command command, Contestant who, Path in, Path out)
      throws IOException, InterruptedException {
    if (recorder.hasFailed(cell)) {
      return false;
    }
    workplace.prepare(in);
    try {
      TimedProcess.Outcome outcome = processes.run(command.on(in, out), who.environment());
      recorder.record(round, cell, Metric.SECONDS, outcome.seconds());
      recorder.record(round, cell, Metric.CPU_SECONDS, outcome.cpuSeconds());
      recorder.record(round, cell, Metric.PEAK_KIB, (double) outcome.peakKib());
      System.out.printf(
          "round %d: %s: %s, %s%n",
          round,
          cell.describe(),
          Units.seconds(outcome.seconds()),
          Units.bytes(outcome.peakKib() * 1024));
      return true;
    } catch (TimedProcess.FailedException e) {
      recorder.fail(cell, String.valueOf(e.getMessage()));
      if (e instanceof TimedProcess.StoppedException stopped) {
        recorder.record(round, cell, Metric.STOPPED_AFTER_SECONDS, stopped.seconds());
      }
      System.out.printf("round %d: %s: failed: %s%n", round, cell.describe(), e.getMessage());
      return false;
    }
  }

  private static void requireSame(Contestant who, Path plain, Path opened) throws IOException {
    if (Files.mismatch(plain, opened) >= 0) {
      throw new IllegalStateException(who.subject() + " did not open what it sealed");
    }
  }
}
