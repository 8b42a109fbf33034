package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.newKey;
import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.opened;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.rotation.RefusedRecordException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that does not keep to its contract: no lie of a moment makes an old key free. */
@Tag("no-engine")
class LyingStoreTest {
  @TempDir Path directory;
  private DirectoryRecordStore store;
  private SealedKeys sealedKeys;
  private byte[] old;

  @BeforeEach
  void open() throws IOException, GeneralSecurityException {
    store = DirectoryRecordStore.open(Files.createDirectory(directory.resolve("records")));
    sealedKeys = RotationKeys.sealedKeys(directory);
    old = sealed(oldKey(), "r", "text");
    store.put("r", old);
  }

  private RotationReport run(RecordStore of) throws Exception {
    return Rotation.of(of, RotationKeys.rewrapping()).withSealedKeys(sealedKeys).run();
  }

  private void checkHonest() throws Exception {
    assertTrue(run(store).isComplete());
    assertEquals("text", opened(newKey(), "r", store.read("r").orElseThrow().bytes()));
  }

  /** Answers the first reads in its own way, one after the other. */
  private class Reads extends MeddlingStore {
    private final Deque<Optional<byte[]>> answers;
    private final boolean replaces;

    Reads(boolean replaces, List<Optional<byte[]>> answers) {
      super(store);
      this.answers = new ArrayDeque<>(answers);
      this.replaces = replaces;
    }

    @Override
    public Optional<StoredRecord> read(String id) throws IOException {
      Optional<byte[]> answer = answers.poll();
      return answer == null ? super.read(id) : answer.map(bytes -> new StoredRecord(bytes, bytes));
    }

    @Override
    public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
      return answers.isEmpty() ? super.replace(id, expected, fresh) : replaces;
    }
  }

  /** It says that it has replaced a record, and then that it is gone. [rotation-11] */
  @Test
  void aRecordThatWasUnderTheOldKeyAndIsGoneEndsNoRotation() throws Exception {
    RotationReport report = run(new Reads(true, List.of(Optional.of(old), Optional.empty())));
    assertTrue(report.isComplete());
    assertEquals(3, report.lastPass().pass(), "seen, moved, found under the new key");
    assertEquals("text", opened(newKey(), "r", store.read("r").orElseThrow().bytes()));
  }

  /** It has an old state and a newer one, and gives now this and now that. [rotation-11] */
  @Test
  void aRecordThatWasUnderTheOldKeyAndIsUnderTheNewOneEndsNoRotation() throws Exception {
    byte[] moved = sealed(newKey(), "r", "text");
    RotationReport report = run(new Reads(false, List.of(Optional.of(old), Optional.of(moved))));
    assertEquals(3, report.lastPass().pass());
    assertEquals("text", opened(newKey(), "r", store.read("r").orElseThrow().bytes()));
  }

  /** [rotation-14] */
  @Test
  void aRecordThatIsListedAndNotFoundIsNoDeletedOne() throws Exception {
    MeddlingStore hiding =
        new MeddlingStore(store) {
          @Override
          public Optional<StoredRecord> read(String id) {
            return Optional.empty();
          }
        };
    RotationReport report = run(hiding);
    assertFalse(report.isComplete(), report::toString);
    assertEquals(Set.of(), report.freed());
    assertEquals(Reason.STORE, report.problems().get(0).reason());
    checkHonest();
  }

  /** [rotation-14] */
  @Test
  void aRecordThatAWriterMakesAnewIsMoved() throws Exception {
    RotationReport report = run(new Reads(true, List.of(Optional.empty())));
    assertTrue(report.isComplete(), report::toString);
    assertEquals(1, report.moved());
    assertEquals("text", opened(newKey(), "r", store.read("r").orElseThrow().bytes()));
  }

  @Test
  void aListThatDoesNotGoOnEndsTheRun() throws Exception {
    MeddlingStore repeating =
        new MeddlingStore(store) {
          @Override
          public Ids idsAfter(@Nullable String after) {
            return new Ids() {
              @Override
              public List<String> next(int most) {
                return List.of("r");
              }

              @Override
              public void close() {}
            };
          }
        };
    IOException ended = assertThrows(IOException.class, () -> run(repeating));
    assertTrue(ended.getMessage().contains("again and again"), ended.getMessage());
    checkHonest();
  }

  /** What must be told is not lost in an interrupt. [rotation-9] */
  @Test
  void aBrokenRecordIsToldAlsoToWhoIsInterrupted() {
    Reads cutting =
        new Reads(true, List.of(Optional.of(old), Optional.of(new byte[1]))) {
          @Override
          public boolean replace(String id, StoredRecord expected, byte[] fresh)
              throws IOException {
            Thread.currentThread().interrupt();
            return super.replace(id, expected, fresh);
          }
        };
    IOException broken = assertThrows(IOException.class, () -> run(cutting));
    assertTrue(broken.getMessage().contains("reads back as"), broken.getMessage());
    assertTrue(Thread.interrupted(), "and it goes on being so");
  }
}
