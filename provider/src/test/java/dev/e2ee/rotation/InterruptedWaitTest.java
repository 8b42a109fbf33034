package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is interrupted while others move the last records of a page hears what they find. */
@Tag("no-engine")
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class InterruptedWaitTest {
  @TempDir Path directory;

  /**
   * The helper's record takes until the caller has nothing left but to wait, and was interrupted.
   */
  private static final class LosingStore extends DelegatingStore<DirectoryRecordStore> {
    private final Thread caller = Thread.currentThread();
    private final CountDownLatch helping = new CountDownLatch(1);

    LosingStore(DirectoryRecordStore real) {
      super(real);
    }

    @Override
    public Optional<StoredRecord> read(String id) throws IOException {
      if (Thread.currentThread() == caller) {
        awaitHelper();
      }
      return super.read(id);
    }

    private void awaitHelper() {
      try {
        assertTrue(helping.await(60, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static void await(BooleanSupplier met) {
      long start = System.nanoTime();
      while (!met.getAsBoolean()) {
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(60), "it does not wait");
        Thread.onSpinWait();
      }
    }

    @Override
    public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
      if (Thread.currentThread() == caller) {
        return super.replace(id, expected, fresh);
      }
      helping.countDown();
      await(() -> caller.getState() == Thread.State.WAITING);
      caller.interrupt();
      await(() -> !caller.isInterrupted());
      real.put(id, new byte[] {1, 2, 3});
      return true;
    }
  }

  /** [rotation-9] */
  @Test
  void aRecordThatAHelperFindsBrokenIsToldToWhoWasInterruptedWaitingForIt() throws Exception {
    DirectoryRecordStore store =
        DirectoryRecordStore.open(Files.createDirectory(directory.resolve("records")));
    for (int i = 0; i < 5; i++) {
      store.put("r" + i, sealed(oldKey(), "r" + i, "text"));
    }
    Rotation rotation =
        Rotation.of(new LosingStore(store), RotationKeys.rewrapping())
            .withSealedKeys(RotationKeys.sealedKeys(directory))
            .withThreads(2);
    IOException broken = assertThrows(IOException.class, rotation::run);
    assertTrue(broken.getMessage().contains("reads back as"), broken.getMessage());
    assertEquals(1, broken.getSuppressed().length);
    assertInstanceOf(InterruptedException.class, broken.getSuppressed()[0]);
    assertFalse(Thread.interrupted(), "said once, as an exception");
  }
}
