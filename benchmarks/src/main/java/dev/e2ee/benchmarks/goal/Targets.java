package dev.e2ee.benchmarks.goal;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** All targets. */
public final class Targets {
  /** The sizes that records are measured at, in bytes. */
  public static final List<Integer> SIZES = List.of(64, 1 << 10, 1 << 14, 1 << 20, 1 << 26);

  /** The size of {@code openssl speed}'s blocks. */
  public static final int OPENSSL_BLOCK = 1 << 14;

  /** The size of the large file. */
  public static final long FILE = 1L << 30;

  /** The size of the file that goes through a small heap. */
  public static final long SOAK_FILE = 10L << 30;

  /** How many threads wrap in a token at the same time. */
  public static final List<Integer> TOKEN_THREADS = List.of(1, 8);

  /** What a rotation is compared with: its records' unwrap and wrap, and their DEKs' alone. */
  public static final List<String> MOVERS = List.of("rotation", "rewrap", "dek-wrap");

  /** The size of the records that are moved. */
  public static final int MOVED = 1 << 10;

  private static final List<String> JDKS = List.of("17", "25");
  private static final int SMALL = 1 << 10;
  private static final int LARGE = 1 << 26;

  /** What stands for ours: the subject, and how the table names it. */
  private static final Map<String, String> OURS =
      Map.of("e2ee", "Envelope", "e2ee-cipher", "Cipher");

  private Targets() {}

  /** All that are judged, by JDK; files on the given kinds of file system. */
  public static List<Target> all(List<String> places) {
    List<Target> targets = new ArrayList<>();
    for (String jdk : JDKS) {
      warm(targets, jdk);
      rotation(targets, jdk);
      for (String place : places) {
        files(targets, jdk, place);
      }
      targets.add(new SoakTarget(jdk, SOAK_FILE));
      tokens(targets, jdk);
    }
    return targets;
  }

  /** Everything that {@code benchmarks/run jmh} has to measure to judge them. */
  public static List<Cell> warmCells() {
    List<Target> targets = new ArrayList<>();
    JDKS.forEach(jdk -> warm(targets, jdk));
    return targets.stream().flatMap(target -> target.cells().stream()).distinct().toList();
  }

  private static void warm(List<Target> targets, String jdk) {
    for (String subject : List.of("e2ee", "e2ee-cipher")) {
      small(targets, jdk, subject);
      allocation(targets, jdk, subject);
      large(targets, jdk, subject);
    }
    largeIntoBuffer(targets, jdk);
  }

  private static void rotation(List<Target> targets, String jdk) {
    Cell rotation = Cell.of(jdk, Task.ROTATE, MOVERS.get(0), MOVED);
    Cell rewrap = Cell.of(jdk, Task.ROTATE, MOVERS.get(1), MOVED);
    targets.add(new SpeedTarget("1 KiB, rotation against bare rewrap", rotation, rewrap, 0.5));
  }

  private static String name(String subject) {
    return OURS.getOrDefault(subject, subject);
  }

  private static void small(List<Target> targets, String jdk, String subject) {
    for (Task task : List.of(Task.SEAL, Task.OPEN)) {
      Cell ours = Cell.of(jdk, task, subject, SMALL);
      String of = "1 KiB, " + task.text() + ", " + name(subject);
      String what = of + " against ";
      targets.add(against(what, ours, "tink", 1.4));
      targets.add(against(what, ours, "floor", task == Task.SEAL ? 0.9 : 0.6));
      targets.add(against(what, ours, "aws", 8));
      targets.add(
          new SpeedTarget(of + ", two threads against one", ours.withThreads(2), ours, 1.8));
    }
  }

  private static Target against(String what, Cell ours, String other, double least) {
    Cell theirs = Cell.of(ours.jdk(), ours.task(), other, ours.size());
    return new SpeedTarget(what + other, ours, theirs, least);
  }

  private static void allocation(List<Target> targets, String jdk, String subject) {
    for (Task task : List.of(Task.SEAL, Task.OPEN)) {
      List<Cell> cells = SIZES.stream().map(size -> Cell.of(jdk, task, subject, size)).toList();
      String what =
          String.format(
              Locale.ROOT,
              "allocation against 2 × message + 2 KiB, %s, %s",
              task.text(),
              name(subject));
      targets.add(new AllocationTarget(what, cells));
    }
  }

  private static void large(List<Target> targets, String jdk, String subject) {
    Stream.of(Task.SEAL, Task.OPEN)
        .map(task -> againstOpenssl(Cell.of(jdk, task, subject, LARGE)))
        .forEach(targets::add);
  }

  private static void largeIntoBuffer(List<Target> targets, String jdk) {
    Stream.of(Task.SEAL_INTO, Task.OPEN_INTO)
        .map(task -> againstOpenssl(Cell.of(jdk, task, "e2ee-cipher", LARGE)))
        .forEach(targets::add);
  }

  private static Target againstOpenssl(Cell ours) {
    Cell openssl = Cell.of(ours.jdk(), Task.OPENSSL_SPEED, "openssl", OPENSSL_BLOCK);
    String what =
        "64 MiB, " + ours.task().text() + ", " + name(ours.subject()) + " against openssl speed";
    return new SpeedTarget(what, ours, openssl, ours.jdk().equals("17") ? 0.8 : 1.5);
  }

  private static void files(List<Target> targets, String jdk, String place) {
    for (Task task : List.of(Task.FILE_SEAL, Task.FILE_OPEN)) {
      Cell ours = Cell.ofFile(jdk, task, "e2ee", FILE, place);
      String what = task.text() + " of 1 GiB on " + place + ", ./e2ee against ";
      Cell age = Cell.ofFile(Cell.NATIVE, task, "age", FILE, place);
      targets.add(new SpeedTarget(what + "age", ours, age, 1));
      for (String naive : List.of("cipher-stream", "cipher-whole")) {
        Cell theirs = Cell.ofFile(jdk, Task.FILE_OPEN, naive, FILE, place);
        targets.add(new SpeedTarget(what + naive + ", opening it", ours, theirs, 5));
      }
    }
  }

  private static void tokens(List<Target> targets, String jdk) {
    for (int threads : TOKEN_THREADS) {
      String what =
          "a DEK wrapped in a token, "
              + threads
              + (threads == 1 ? " thread" : " threads")
              + ", against ";
      Cell ours = Cell.ofToken(jdk, Task.TOKEN_WRAP, "e2ee", threads);
      Cell c = Cell.ofToken(Cell.NATIVE, Task.TOKEN_WRAP, "c", threads);
      Cell sun = Cell.ofToken(jdk, Task.TOKEN_WRAP, "sunpkcs11", threads);
      targets.add(new SpeedTarget(what + "C", ours, c, 0.8));
      targets.add(new SpeedTarget(what + "SunPKCS11", ours, sun, 1.5));
    }
  }
}
