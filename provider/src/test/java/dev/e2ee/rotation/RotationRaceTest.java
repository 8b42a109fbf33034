package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.newKey;
import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.opened;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.RefusedRecordException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writers, and stores, do between two steps of a rotation. */
class RotationRaceTest {
  @TempDir Path directory;
  private DirectoryRecordStore store;
  private SealedKeys sealedKeys;

  @BeforeEach
  void open() throws IOException, GeneralSecurityException {
    store = DirectoryRecordStore.open(Files.createDirectory(directory.resolve("records")));
    sealedKeys = RotationKeys.sealedKeys(directory);
  }

  private byte[] bytes(String id) throws IOException {
    return store.read(id).orElseThrow().bytes();
  }

  private void putOld(int number) throws IOException, GeneralSecurityException {
    for (int i = 0; i < number; i++) {
      store.put("r" + i, sealed(oldKey(), "r" + i, "text " + i));
    }
  }

  private Rotation rotation(RecordStore of, RecordFunction function) {
    return Rotation.of(of, function).withSealedKeys(sealedKeys);
  }

  /** [rotation-8] */
  @Test
  void whatAWriterPutsThereMeanwhileIsNotOverwritten() throws Exception {
    putOld(1);
    AtomicInteger reads = new AtomicInteger();
    MeddlingStore meddling =
        new MeddlingStore(store) {
          @Override
          void afterRead(String id) throws IOException {
            if (reads.getAndIncrement() == 0) {
              real.put(id, seal(oldKey(), id, "written meanwhile"));
            }
          }
        };
    assertTrue(rotation(meddling, RotationKeys.rewrapping()).run().isComplete());
    assertEquals("written meanwhile", opened(newKey(), "r0", bytes("r0")));
  }

  private static byte[] seal(UserMasterKey key, String id, String text) {
    try {
      return sealed(key, id, text);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** [rotation-11] */
  @Test
  void aRecordThatIsWrittenAllTheTimeIsLeftForLater() throws Exception {
    putOld(1);
    MeddlingStore meddling =
        new MeddlingStore(store) {
          @Override
          void afterRead(String id) throws IOException {
            real.put(id, seal(oldKey(), id, "busy"));
          }
        };
    RotationReport report = rotation(meddling, RotationKeys.rewrapping()).withPasses(3).run();
    assertFalse(report.isComplete());
    assertEquals(3, report.lastPass().pass());
    assertEquals(1, report.lastPass().contended());
    assertEquals("busy", opened(oldKey(), "r0", bytes("r0")));
    assertTrue(rotation(store, RotationKeys.rewrapping()).run().isComplete());
  }

  /** [rotation-9] */
  @Test
  void whatAWriterPutsThereAfterwardsIsSeenAndMoved() throws Exception {
    putOld(1);
    AtomicInteger replaced = new AtomicInteger();
    MeddlingStore meddling =
        new MeddlingStore(store) {
          @Override
          void afterReplace(String id) throws IOException {
            if (replaced.getAndIncrement() == 0) {
              real.put(id, seal(oldKey(), id, "later"));
            }
          }
        };
    RotationReport report = rotation(meddling, RotationKeys.rewrapping()).run();
    assertTrue(report.isComplete());
    assertEquals(2, replaced.get());
    assertEquals("later", opened(newKey(), "r0", bytes("r0")));
  }

  /** A pass that has replaced something is not the one that decides. [rotation-11] */
  @Test
  void aWriterWithTheNewKeyBehindAReplacementDoesNotEndTheRotation() throws Exception {
    putOld(1);
    AtomicInteger replaced = new AtomicInteger();
    MeddlingStore meddling =
        new MeddlingStore(store) {
          @Override
          void afterReplace(String id) throws IOException {
            replaced.incrementAndGet();
            real.put(id, seal(newKey(), id, "later"));
          }
        };
    RotationReport report = rotation(meddling, RotationKeys.rewrapping()).run();
    assertTrue(report.isComplete());
    assertEquals(1, replaced.get());
    assertEquals(2, report.lastPass().pass());
    assertEquals("later", opened(newKey(), "r0", bytes("r0")));
  }

  /** [rotation-9] */
  @Test
  void aStoreThatCutsWhatItIsGivenStopsTheRotation() throws Exception {
    putOld(5);
    MeddlingStore cutting =
        new MeddlingStore(store) {
          @Override
          void afterReplace(String id) throws IOException {
            real.put(id, Arrays.copyOf(real.read(id).orElseThrow().bytes(), 100));
          }
        };
    IOException stopped =
        assertThrows(IOException.class, () -> rotation(cutting, RotationKeys.rewrapping()).run());
    assertTrue(stopped.getMessage().contains("r0"), stopped.getMessage());
    for (int i = 1; i < 5; i++) {
      assertEquals("text " + i, opened(oldKey(), "r" + i, bytes("r" + i)));
    }
  }

  /** [rotation-11] */
  @Test
  void whatIsSealedUnderTheOldKeyBehindAPassIsFoundByTheNextOne() throws Exception {
    putOld(4);
    AtomicInteger replaced = new AtomicInteger();
    MeddlingStore meddling =
        new MeddlingStore(store) {
          @Override
          void afterReplace(String id) throws IOException {
            if (replaced.getAndIncrement() == 2) {
              real.put("r0", seal(oldKey(), "r0", "again"));
              real.put("a new one", seal(oldKey(), "a new one", "new"));
              real.delete("r3");
            }
          }
        };
    RotationReport report = rotation(meddling, RotationKeys.rewrapping()).run();
    assertTrue(report.isComplete());
    assertEquals(3, report.lastPass().pass());
    assertEquals("again", opened(newKey(), "r0", bytes("r0")));
    assertEquals("new", opened(newKey(), "a new one", bytes("a new one")));
    assertEquals(4, report.lastPass().seen());
  }

  /** What the specification says that a pass does not see; the next one does. */
  @Test
  void aRecordThatIsGivenAnotherIdBehindThePassWaitsForTheNextOne() throws Exception {
    byte[] aad = RotationKeys.text("the same for all");
    store.put("new/mail", sealedByAad(oldKey(), "text", aad));
    store.put("cur/other", sealedByAad(newKey(), "other", aad));
    MeddlingStore moving =
        new MeddlingStore(store) {
          @Override
          void afterRead(String id) throws IOException {
            Optional<StoredRecord> mail = real.read("new/mail");
            if (id.equals("cur/other") && mail.isPresent()) {
              real.put("cur/mail", mail.get().bytes());
              real.delete("new/mail");
            }
          }
        };
    RecordFunction function = RecordFunction.rewrappingByAad(RotationKeys::ring, id -> aad);
    assertEquals(0, rotation(moving, function).run().moved());
    try (KeyRing reader = KeyRing.of(newKey(), sealedKeys.read(newKey()))) {
      assertArrayEquals(RotationKeys.text("text"), reader.open(bytes("cur/mail"), aad));
    }
    assertEquals(1, rotation(moving, function).run().moved());
  }

  private static byte[] sealedByAad(UserMasterKey key, String text, byte[] aad)
      throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(key)) {
      return envelope.seal(RotationKeys.text(text), aad);
    }
  }

  @Test
  void aDeletedRecordIsLeftOut() throws Exception {
    putOld(2);
    MeddlingStore meddling =
        new MeddlingStore(store) {
          @Override
          void afterRead(String id) throws IOException {
            real.delete("r1");
          }
        };
    List<RotationProgress> told = new ArrayList<>();
    RotationListener listener =
        new RotationListener() {
          @Override
          public void onProgress(RotationProgress progress) {
            told.add(progress);
          }
        };
    assertTrue(
        rotation(meddling, RotationKeys.rewrapping()).withListener(listener).run().isComplete());
    assertEquals(new RotationProgress(1, 2, 1, 0, 1, 0, 0), told.get(0));
    assertTrue(store.read("r1").isEmpty());
  }

  @Test
  void whatAStoreCannotWriteIsAProblem() throws Exception {
    putOld(2);
    MeddlingStore full =
        new MeddlingStore(store) {
          @Override
          public boolean replace(String id, StoredRecord expected, byte[] fresh)
              throws IOException {
            if (id.equals("r0")) {
              throw new IOException("no space left on device");
            }
            return super.replace(id, expected, fresh);
          }
        };
    RotationReport report = rotation(full, RotationKeys.rewrapping()).run();
    assertFalse(report.isComplete());
    assertEquals(
        List.of(new RotationReport.Problem("r0", Reason.STORE, "no space left on device")),
        report.problems());
    assertEquals("text 1", opened(newKey(), "r1", bytes("r1")));
  }
}
