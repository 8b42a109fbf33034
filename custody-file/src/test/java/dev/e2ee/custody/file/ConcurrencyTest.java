package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads, several objects, two processes: [keyfile-30] [keyfile-34]. */
class ConcurrencyTest {
  private static final int THREADS = 16;

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys");
  }

  private KeyFile create() {
    CustodyOptions patient = CustodyOptions.defaults().withDeadline(Duration.ofMinutes(2));
    return KeyFile.create(path(), NewSlot.raw(), patient);
  }

  private KeyFile open(Duration deadline) {
    KeyFile file = KeyFile.open(path(), CustodyOptions.defaults().withDeadline(deadline));
    file.unlock();
    return file;
  }

  private static <T> List<T> inThreads(Callable<T> work) throws Exception {
    var executor = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Callable<T>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(
            () -> {
              start.await();
              return work.call();
            });
      }
      List<T> results = new ArrayList<>();
      for (var result : executor.invokeAll(all)) {
        results.add(result.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void threadsShareOneObject() throws Exception {
    try (KeyFile file = create()) {
      CustodyKey key = file.generate("main", KeyKind.UMK);
      Set<String> nonces = ConcurrentHashMap.newKeySet();
      inThreads(
          () -> {
            String name = Thread.currentThread().getName().replaceAll("[^a-z0-9-]", "");
            DekWrap wrap = key.operation(DekWrap.class).orElseThrow();
            DekWrap own = file.generate(name, KeyKind.UMK).operation(DekWrap.class).orElseThrow();
            for (int i = 0; i < 200; i++) {
              byte[] aad = {(byte) i};
              try (SecretBytes dek = WriterProcess.dek()) {
                byte[] wrapped = wrap.wrap(dek, aad);
                nonces.add(HexFormat.of().formatHex(wrapped, 0, 12));
                try (SecretBytes back = wrap.unwrap(wrapped, aad)) {
                  assertTrue(back.sameBytes(dek));
                }
                fails(Kind.INTEGRITY, () -> own.unwrap(wrapped, aad));
              }
            }
            return name;
          });
      assertEquals(THREADS * 200, nonces.size(), "every wrap has its own nonce");
      assertEquals(THREADS + 1, file.list().size());
    }
  }

  @Test
  void lockingMeanwhileGivesLockedAndNothingElse() throws Exception {
    try (KeyFile file = create()) {
      CustodyKey key = file.generate("main", KeyKind.UMK);
      AtomicBoolean first = new AtomicBoolean(true);
      Set<Kind> kinds = ConcurrentHashMap.newKeySet();
      inThreads(
          () -> {
            boolean locker = first.getAndSet(false);
            DekWrap wrap = key.operation(DekWrap.class).orElseThrow();
            for (int i = 0; i < 100; i++) {
              try (SecretBytes dek = WriterProcess.dek()) {
                if (locker) {
                  file.lock();
                  file.unlock();
                } else {
                  wrap.unwrap(wrap.wrap(dek, new byte[1]), new byte[1]).close();
                }
              } catch (CustodyException e) {
                kinds.add(e.kind());
              }
            }
            return locker;
          });
      assertTrue(EnumSet.of(Kind.LOCKED).containsAll(kinds), kinds.toString());
    }
  }

  @Test
  void ofTwoObjectsTheLaterOneMustLookAgain() {
    create().close();
    try (KeyFile one = open(Duration.ofSeconds(10));
        KeyFile two = open(Duration.ofSeconds(10))) {
      one.generate("first", KeyKind.UMK);
      fails(Kind.CONFLICT, () -> two.generate("second", KeyKind.UMK));
      fails(Kind.CONFLICT, () -> two.rotate("first"));
      assertEquals(1, two.list().size());
      two.generate("second", KeyKind.UMK);
      assertEquals(2, one.list().size());
    }
  }

  @Test
  void ofTwoProcessesOneWinsAndTheOtherGetsConflict() throws Exception {
    create().close();
    List<Process> racers = List.of(WriterProcess.start("race"), WriterProcess.start("race"));
    try (BufferedReader out0 = racers.get(0).inputReader(StandardCharsets.UTF_8);
        BufferedReader out1 = racers.get(1).inputReader(StandardCharsets.UTF_8)) {
      for (Process racer : racers) {
        racer.outputWriter().append(path() + "\n").flush();
      }
      Set<String> names = new HashSet<>();
      for (int round = 0; round < 30; round++) {
        assertEquals("READY", out0.readLine());
        assertEquals("READY", out1.readLine());
        String name = "round" + round;
        for (int i = 0; i < 2; i++) {
          // The same name in every third round, else names that do not clash.
          String own = round % 3 == 0 ? name : name + "-" + i;
          racers.get(i).outputWriter().append(own + "\n").flush();
        }
        List<String> said = List.of(out0.readLine(), out1.readLine());
        assertEquals(Set.of("DONE", "CONFLICT"), Set.copyOf(said), "round " + round);
        names.add(name);
      }
      try (KeyFile file = open(Duration.ofSeconds(10))) {
        assertEquals(names.size(), file.list().size());
      }
    } finally {
      racers.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void waitsForAnotherProcessAndGivesUpInTime() throws Exception {
    create().close();
    byte[] before = Files.readAllBytes(path());
    Process holder = WriterProcess.start("hold");
    try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8);
        KeyFile file = open(Duration.ofMillis(300))) {
      holder.outputWriter().append(path() + ".lock\n").flush();
      assertEquals("HELD", out.readLine());
      CustodyException error = fails(Kind.TIMEOUT, () -> file.generate("main", KeyKind.UMK));
      assertFalse(error.mayHaveTakenEffect());
      assertEquals(HexFormat.of().formatHex(before), HexFormat.of().formatHex(read()));
      // Reading needs no lock.
      assertEquals(0, file.list().size());
      holder.toHandle().destroyForcibly();
      holder.waitFor();
      file.generate("main", KeyKind.UMK);
    } finally {
      holder.destroyForcibly();
    }
  }

  /** [keyfile-32] Somebody overwrites the file between its move and its reading back. */
  @Test
  void aWriteThatReadsBackDifferentlyIsNotReportedAsDone() throws Exception {
    create().close();
    byte[] good = read();
    boolean caught = false;
    for (int round = 0; round < 500 && !caught; round++) {
      Files.write(path(), good);
      try (KeyFile file = open(Duration.ofSeconds(10))) {
        Object before = inode();
        Thread vandal = new Thread(() -> overwriteOnceReplaced(before));
        vandal.start();
        try {
          file.generate("main", KeyKind.UMK);
        } catch (CustodyException e) {
          assertTrue(e.mayHaveTakenEffect(), e.getMessage());
          caught = true;
        }
        vandal.join();
      }
    }
    assertTrue(caught, "500 overwritten files were all reported as done");
  }

  private Object inode() throws IOException {
    return Files.getAttribute(path(), "unix:ino");
  }

  private void overwriteOnceReplaced(Object before) {
    try {
      while (inode().equals(before)) {
        Thread.onSpinWait();
      }
      Files.write(path(), new byte[] {1, 2, 3});
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private byte[] read() throws IOException {
    return Files.readAllBytes(path());
  }

  @Test
  void anInterruptedThreadGetsItsErrorAndKeepsItsMark() throws Exception {
    try (KeyFile file = create()) {
      Thread.currentThread().interrupt();
      CustodyException error = fails(Kind.CANCELLED, () -> file.generate("main", KeyKind.UMK));
      assertTrue(Thread.interrupted(), error.getMessage());
      file.generate("main", KeyKind.UMK);
    }
  }
}
