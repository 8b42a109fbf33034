package dev.e2ee.spi.internal.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // a lock is held, not used
@Tag("once")
class ExclusiveLockTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("lock");
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private ExclusiveLock take(Duration limit) throws IOException {
    return ExclusiveLock.of(file, ExclusiveLockTest::open, Deadline.after(limit), "another one");
  }

  private void isTaken() {
    CustodyException refused = assertThrows(CustodyException.class, () -> take(SHORT).close());
    assertEquals(Kind.TIMEOUT, refused.kind());
    assertTrue(refused.getMessage().contains("another one"), refused.getMessage());
  }

  /** Of another process, which asks the operating system. */
  private boolean isFreeForOthers() throws Exception {
    Path program = folder.resolve("Try.java");
    Files.writeString(
        program,
        """
        import java.nio.channels.FileChannel;
        import java.nio.file.*;
        class Try {
          public static void main(String[] file) throws Exception {
            try (FileChannel c = FileChannel.open(Path.of(file[0]), StandardOpenOption.WRITE)) {
              System.out.print(c.tryLock() == null ? "taken" : "free");
            }
          }
        }
        """);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process = new ProcessBuilder(java, program + "", file + "").start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.equals("free");
  }

  @Test
  void oneHolderAtATime() throws Exception {
    ExecutorService crowd = Executors.newFixedThreadPool(8);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try {
      Future<?>[] all = new Future<?>[64];
      for (int i = 0; i < all.length; i++) {
        all[i] =
            crowd.submit(
                () -> {
                  try (ExclusiveLock lock = take(LONG)) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.sleep(1);
                    inside.decrementAndGet();
                  }
                  return null;
                });
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      crowd.shutdown();
    }
    assertEquals(1, most.get());
  }

  @Test
  void anotherProcessSeesIt() throws Exception {
    try (ExclusiveLock lock = take(LONG)) {
      isTaken();
      assertFalse(isFreeForOthers());
    }
    assertTrue(isFreeForOthers());
  }

  @Test
  void closedTwiceItIsGivenBackOnce() throws Exception {
    ExclusiveLock first = take(LONG);
    first.close();
    try (ExclusiveLock second = take(LONG)) {
      first.close();
      isTaken();
    }
  }

  /** As two web applications in one server have it: the lock is the process's, not the copy's. */
  @Test
  void aSecondCopyOfTheClassWaitsAndTakesNothingAway() throws Exception {
    URL classes = ExclusiveLock.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader other =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      AutoCloseable theirs = takeIn(other, LONG);
      for (int i = 0; i < 3; i++) {
        isTaken();
      }
      System.gc();
      assertFalse(isFreeForOthers());
      theirs.close();
      try (ExclusiveLock ours = take(LONG)) {
        InvocationTargetException refused =
            assertThrows(InvocationTargetException.class, () -> takeIn(other, SHORT).close());
        assertTrue(refused.getCause().getMessage().contains("another one"), refused.toString());
        assertFalse(isFreeForOthers());
      }
      takeIn(other, LONG).close();
      assertTrue(isFreeForOthers());
    }
  }

  private AutoCloseable takeIn(ClassLoader loader, Duration limit) throws Exception {
    Class<?> type = loader.loadClass(ExclusiveLock.class.getName());
    Class<?> opening = loader.loadClass(ExclusiveLock.Opening.class.getName());
    Class<?> deadline = loader.loadClass(Deadline.class.getName());
    return (AutoCloseable)
        type.getMethod("of", Path.class, opening, deadline, String.class)
            .invoke(
                null,
                file,
                Proxy.newProxyInstance(loader, new Class<?>[] {opening}, (p, m, a) -> open(file)),
                deadline.getMethod("after", Duration.class).invoke(null, limit),
                "another one");
  }

  /** One must not get the lock between the two steps of the other one's giving it back. */
  @Test
  void copiesThatTakeTurnsLeaveNoMomentToOthers() throws Exception {
    URL classes = ExclusiveLock.class.getProtectionDomain().getCodeSource().getLocation();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService crowd = Executors.newFixedThreadPool(2);
    try (URLClassLoader other =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Callable<Void> ours =
          () -> {
            for (int i = 0; i < 50; i++) {
              try (AutoCloseable lock = i % 2 == 0 ? take(LONG) : takeIn(other, LONG)) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                inside.decrementAndGet();
              }
            }
            return null;
          };
      for (Future<Void> one : crowd.invokeAll(List.of(ours, ours))) {
        one.get();
      }
    } finally {
      crowd.shutdown();
    }
    assertEquals(1, most.get());
    assertTrue(isFreeForOthers());
  }

  @Test
  void aFileThatWasDeletedIsNotTheLockAnyMore() throws Exception {
    try (FileChannel theirs = open(file)) {
      theirs.lock();
      isTaken();
      Files.delete(file);
      try (ExclusiveLock ours = take(LONG)) {
        assertFalse(isFreeForOthers());
      }
    }
  }

  @Test
  void whatCannotBeOpenedIsToldAndHoldsNothing() throws Exception {
    Files.createDirectory(file);
    assertThrows(IOException.class, () -> take(SHORT));
    Files.delete(file);
    take(SHORT).close();
  }

  @Test
  void whoHasNoFileExcludesThoseOfThisJvmThatHaveOne() throws Exception {
    try (ExclusiveLock lock = take(LONG)) {
      assertThrows(
          CustodyException.class,
          () -> ExclusiveLock.withoutFile(file, Deadline.after(SHORT), "another one"));
    }
  }

  @Test
  void withoutAFileOnlyThisJvmIsExcluded() throws Exception {
    Deadline soon = Deadline.after(SHORT);
    try (ExclusiveLock lock = ExclusiveLock.withoutFile(file, soon, "another one")) {
      assertThrows(
          CustodyException.class,
          () -> ExclusiveLock.withoutFile(file, Deadline.after(SHORT), "another one"));
    }
    assertFalse(Files.exists(file));
    ExclusiveLock.withoutFile(file, Deadline.after(SHORT), "another one").close();
  }
}
