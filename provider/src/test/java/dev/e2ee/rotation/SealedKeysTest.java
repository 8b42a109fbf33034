package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.newKey;
import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static dev.e2ee.rotation.RotationKeys.umk;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.key.KeyId;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The old keys under the new one; the bytes have vectors in {@code testvectors}. */
class SealedKeysTest {
  @TempDir Path directory;

  /** [rotation-6] */
  @Test
  void givesBackWhatWasSealed() throws Exception {
    SealedKeys file = SealedKeys.at(directory.resolve("keys"));
    KeyId id = KeyId.of(new byte[16]);
    file.write(
        newKey(),
        List.of(
            oldKey(),
            UserMasterKey.of(umk(3).getEncoded(), id, 7),
            new SecretKeySpec(umk(4).getEncoded(), "AES")));
    List<UserMasterKey> read = file.read(newKey());
    assertEquals(3, read.size());
    assertArrayEquals(umk(3).getEncoded(), read.get(0).getEncoded());
    assertEquals(id, read.get(0).id().orElseThrow());
    assertEquals(7, read.get(0).generation());
    try (KeyRing ring = KeyRing.of(newKey(), read)) {
      assertArrayEquals(
          RotationKeys.text("a"), ring.open(sealed(oldKey(), "1", "a"), RotationKeys.context("1")));
      assertArrayEquals(
          RotationKeys.text("b"), ring.open(sealed(umk(4), "1", "b"), RotationKeys.context("1")));
    }
  }

  @Test
  void keepsTheKeysThatAreThere() throws Exception {
    SealedKeys file = SealedKeys.at(directory.resolve("keys"));
    file.write(newKey(), List.of(oldKey()));
    file.write(newKey(), List.of(umk(3)));
    file.write(newKey(), List.of(umk(3)));
    assertEquals(2, file.read(newKey()).size());
  }

  /** Whoever has handed a key in takes it for safe when this returns. */
  @Test
  void whatManyWriteAtOnceIsAllThere() throws Exception {
    SealedKeys file = SealedKeys.at(directory.resolve("keys"));
    int writers = 16;
    List<Callable<Path>> writing = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      UserMasterKey key = umk(10 + i);
      writing.add(
          () -> {
            file.write(newKey(), List.of(key));
            return file.file();
          });
    }
    var pool = Executors.newFixedThreadPool(4);
    try {
      for (var done : pool.invokeAll(writing)) {
        assertEquals(file.file(), done.get());
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(writers, file.read(newKey()).size());
  }

  @Test
  void refusesAnotherKeyOfAnIdThatIsThere() throws Exception {
    SealedKeys file = SealedKeys.at(directory.resolve("keys"));
    KeyId id = KeyId.of(new byte[16]);
    UserMasterKey first = UserMasterKey.of(umk(3).getEncoded(), id, 1);
    file.write(newKey(), List.of(first));
    for (UserMasterKey other :
        List.of(
            UserMasterKey.of(umk(4).getEncoded(), id, 1),
            UserMasterKey.of(umk(3).getEncoded(), id, 2))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> file.write(newKey(), List.of(oldKey(), other)),
          "it would not be in the file");
    }
    file.write(newKey(), List.of(first, oldKey()));
    assertEquals(2, file.read(newKey()).size());
  }

  @Test
  void doesNotOverwriteWhatItCannotOpen() throws Exception {
    SealedKeys file = SealedKeys.at(directory.resolve("keys"));
    file.write(newKey(), List.of(oldKey()));
    byte[] before = Files.readAllBytes(file.file());
    assertThrows(WrongKeyException.class, () -> file.write(umk(5), List.of(oldKey())));
    assertArrayEquals(before, Files.readAllBytes(file.file()));
    assertThrows(
        NoSuchFileException.class, () -> SealedKeys.at(directory.resolve("no")).read(newKey()));
  }

  /** [rotation-2] */
  @Test
  void isNoRecordAndNoRecordIsOne() throws Exception {
    byte[] sealed = SealedKeys.seal(List.of(oldKey()), newKey());
    try (Envelope envelope = Envelope.with(newKey())) {
      RecordContext other = RecordContext.of("e2ee", "e2ee-sealed-keys", "v2");
      assertThrows(AEADBadTagException.class, () -> envelope.open(sealed, other));
      byte[] record = envelope.seal(new byte[55], RotationKeys.context("1"));
      assertThrows(AEADBadTagException.class, () -> SealedKeys.open(record, newKey()));
    }
  }

  @Test
  void takesEachKeyOnceAndAtLeastOne() {
    assertThrows(
        IllegalArgumentException.class,
        () -> SealedKeys.seal(List.of(oldKey(), oldKey()), newKey()));
    assertThrows(IllegalArgumentException.class, () -> SealedKeys.seal(List.of(), newKey()));
  }

  /** [rotation-13] */
  @Test
  void isDeletedWhenNoRecordNeedsItAndNotBefore() throws Exception {
    Path records = Files.createDirectory(directory.resolve("records"));
    DirectoryRecordStore store = DirectoryRecordStore.open(records);
    store.put("good", sealed(oldKey(), "good", "text"));
    store.put("foreign", RotationKeys.text("no envelope"));
    SealedKeys file = RotationKeys.sealedKeys(directory);
    Rotation rotation = Rotation.of(store, RotationKeys.rewrapping()).withSealedKeys(file);
    RotationReport notYet = rotation.run();
    assertThrows(IllegalStateException.class, () -> file.retire(notYet, newKey()));
    store.delete("foreign");
    RotationReport complete = rotation.run();
    file.write(newKey(), List.of(umk(3)));
    assertThrows(
        IllegalStateException.class,
        () -> file.retire(complete, newKey()),
        "nobody has looked for records under the third key");
    Files.delete(file.file());
    file.write(newKey(), List.of(oldKey()));
    assertTrue(file.retire(complete, newKey()));
    assertFalse(Files.exists(file.file()));
    assertFalse(file.retire(complete, newKey()));
  }

  /** What a rotation of one key to another says is nothing about a third. [rotation-13] */
  @Test
  void isNotDeletedForARotationToAnotherKey() throws Exception {
    RotationReport complete = rotated(RotationKeys.sealedKeys(directory), "a");
    SealedKeys ofOthers = SealedKeys.at(directory.resolve("of others"));
    ofOthers.write(umk(5), List.of(oldKey()));
    assertThrows(IllegalStateException.class, () -> ofOthers.retire(complete, umk(5)));
    assertEquals(1, ofOthers.read(umk(5)).size());
  }

  /** A folder that is not mounted has no records either. [rotation-13] */
  @Test
  void isNotDeletedWhenThereWasNoRecord() throws Exception {
    SealedKeys file = RotationKeys.sealedKeys(directory);
    RotationReport empty = rotated(file);
    assertTrue(empty.isComplete());
    assertEquals(Set.of(), empty.freed());
    assertTrue(empty.toString().contains("NO RECORD"), empty::toString);
    assertThrows(IllegalStateException.class, () -> file.retire(empty, newKey()));
    assertEquals(1, file.read(newKey()).size());
  }

  private RotationReport rotated(SealedKeys file, String... ids) throws Exception {
    DirectoryRecordStore store =
        DirectoryRecordStore.open(Files.createDirectory(directory.resolve("records")));
    for (String id : ids) {
      store.put(id, sealed(oldKey(), id, "text"));
    }
    return Rotation.of(store, RotationKeys.rewrapping()).withSealedKeys(file).run();
  }
}
