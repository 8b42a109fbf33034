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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going on after an end in the middle; whatever happens to the checkpoint costs only work. */
@Tag("once")
@Tag("no-engine")
class CheckpointTest {
  private static final int NUMBER = 300; // three pages

  @TempDir Path directory;
  private DirectoryRecordStore store;
  private SealedKeys sealedKeys;
  private Path file;
  private final List<RotationProgress> told = new ArrayList<>();

  @BeforeEach
  void endInTheMiddle() throws IOException, GeneralSecurityException {
    store = DirectoryRecordStore.open(Files.createDirectory(directory.resolve("records")));
    sealedKeys = RotationKeys.sealedKeys(directory);
    file = directory.resolve("checkpoint");
    for (int i = 0; i < NUMBER; i++) {
      // Without a force for each of them.
      Files.write(directory.resolve("records/r" + i), sealed(oldKey(), "r" + i, "text " + i));
    }
    RotationListener dying =
        new RotationListener() {
          @Override
          public void onProgress(RotationProgress progress) {
            throw new IllegalStateException("the process ends here");
          }
        };
    Rotation rotation = rotation(RotationKeys.rewrapping()).withListener(dying);
    IllegalStateException end = assertThrows(IllegalStateException.class, rotation::run);
    assertEquals("the process ends here", end.getMessage());
    assertTrue(Files.exists(file));
  }

  private Rotation rotation(RecordFunction function) {
    RotationListener listener =
        new RotationListener() {
          @Override
          public void onProgress(RotationProgress progress) {
            told.add(progress);
          }
        };
    return Rotation.of(store, function)
        .withThreads(2)
        .withCheckpoint(file)
        .withSealedKeys(sealedKeys)
        .withListener(listener);
  }

  private void checkComplete() throws Exception {
    RotationReport report = rotation(RotationKeys.rewrapping()).run();
    assertTrue(report.isComplete(), report::toString);
    assertEquals(NUMBER, report.lastPass().seen(), "the pass that decides sees all");
    for (int i = 0; i < NUMBER; i++) {
      byte[] record = store.read("r" + i).orElseThrow().bytes();
      assertEquals("text " + i, opened(newKey(), "r" + i, record));
    }
    assertFalse(Files.exists(file), "there is nothing to go on with");
  }

  /** [rotation-11] [rotation-12] */
  @Test
  void theNextRunGoesOnWhereItWasAndThenLooksAtAllOfThem() throws Exception {
    checkComplete();
    assertEquals(new RotationProgress(1, 256, 256, 0, 0, 0, 0), told.get(0));
    assertEquals(new RotationProgress(1, NUMBER, NUMBER, 0, 0, 0, 0), told.get(1));
    assertEquals(new RotationProgress(2, NUMBER, 0, NUMBER, 0, 0, 0), told.get(told.size() - 1));
    assertEquals(5, told.size());
  }

  /** [rotation-12] */
  @Test
  void aForgedOneSkipsNothingInTheEnd() throws Exception {
    Checkpoint forged =
        new Checkpoint(
            file,
            store.name()
                + " from "
                + KeyRing.of(oldKey(), List.of()).current()
                + " to "
                + KeyRing.of(newKey(), List.of()).current());
    assertTrue(forged.read().isPresent(), "it is this rotation's");
    forged.write(
        new Checkpoint.Position(new RotationProgress(9, NUMBER, 0, NUMBER, 0, 0, 0), "zzz"));
    checkComplete();
    assertEquals(10, told.get(0).pass(), "nothing was left of pass 9");
  }

  /** [rotation-12] */
  @Test
  void aLostOneOrATornOneCostsWorkOnly() throws Exception {
    byte[] whole = Files.readAllBytes(file);
    byte[] other = whole.clone();
    other[whole.length / 2] ^= 1;
    List<byte[]> torn = new ArrayList<>(List.of(other, new byte[0]));
    for (int length = 1; length < whole.length; length += 7) {
      torn.add(Arrays.copyOf(whole, length));
    }
    String rotation = "any";
    for (byte[] bytes : torn) {
      Files.write(file, bytes);
      assertTrue(new Checkpoint(file, rotation).read().isEmpty());
    }
    checkComplete();
    assertEquals(1, told.get(0).pass());
    assertEquals(128, told.get(0).seen());
  }

  /** [rotation-12] */
  @Test
  void anotherRotationsIsRefused() throws Exception {
    byte[] before = Files.readAllBytes(file);
    KeyRing.Source others = () -> KeyRing.of(RotationKeys.umk(3), List.of(newKey(), oldKey()));
    sealedKeys = SealedKeys.at(directory.resolve("others"));
    sealedKeys.write(RotationKeys.umk(3), List.of(newKey(), oldKey()));
    Rotation other = rotation(RecordFunction.rewrapping(others, RotationKeys::context));
    IllegalStateException refused = assertThrows(IllegalStateException.class, other::run);
    assertTrue(refused.getMessage().contains("another rotation"), refused.getMessage());
    assertArrayEquals(before, Files.readAllBytes(file));
    assertEquals(List.of(), told);
  }

  @Test
  void aFileThatIsNoCheckpointIsNotOverwritten() throws Exception {
    Files.writeString(file, "notes of the application");
    Rotation rotation = rotation(RotationKeys.rewrapping());
    assertThrows(IllegalStateException.class, rotation::run);
    assertEquals("notes of the application", Files.readString(file));
  }

  @Test
  void itLeavesNoTempFile() throws Exception {
    try (var all = Files.list(directory)) {
      assertEquals(
          Set.of("records", "old.keys", "old.keys.lock", "checkpoint"),
          all.map(path -> path.getFileName().toString()).collect(Collectors.toSet()));
    }
  }
}
