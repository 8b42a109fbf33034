package dev.e2ee.testvectors.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.DirectoryRecordStore;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.rotation.RecordFunction;
import dev.e2ee.rotation.RecordStore;
import dev.e2ee.rotation.Rotation;
import dev.e2ee.rotation.RotationReport;
import dev.e2ee.rotation.SealedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Four records under an old key, in a real directory, and the old key sealed under a new one. */
final class RotationScene {
  static final List<String> IDS = List.of("r0", "r1", "r2", "r3");

  final Path folder;
  final Path records;
  final DirectoryRecordStore store;
  final UserMasterKey old = key();
  final UserMasterKey fresh = key();
  final SealedKeys sealed;
  private final RecordFunction.Contexts contexts;

  RotationScene(Path parent) throws Exception {
    this(parent, RotationScene::context);
  }

  RotationScene(Path parent, RecordFunction.Contexts contexts) throws Exception {
    this.folder = Files.createTempDirectory(parent, "rotation-");
    this.records = Files.createDirectory(folder.resolve("records"));
    this.store = DirectoryRecordStore.open(records);
    this.sealed = SealedKeys.at(folder.resolve("old.keys"));
    this.contexts = contexts;
    for (String id : IDS) {
      Files.write(records.resolve(id), sealed(old, id)); // without a force for each of them
    }
    sealed.write(fresh, List.of(old));
  }

  static UserMasterKey key() {
    byte[] bytes = new byte[UserMasterKey.LENGTH];
    new SecureRandom().nextBytes(bytes);
    return UserMasterKey.of(bytes);
  }

  static RecordContext context(String id) {
    return RecordContext.of("ann", "note", id);
  }

  static byte[] text(String id) {
    return ("the text of " + id).getBytes(UTF_8);
  }

  /** What an application puts at an id. */
  byte[] sealed(UserMasterKey key, String id) throws GeneralSecurityException {
    return sealed(key, id, contexts.of(id));
  }

  static byte[] sealed(UserMasterKey key, String id, RecordContext context)
      throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(key)) {
      return envelope.seal(text(id), context);
    }
  }

  byte[] record(String id) throws IOException {
    return store.read(id).orElseThrow().bytes();
  }

  RecordFunction function() {
    return RecordFunction.rewrapping(() -> KeyRing.of(fresh, List.of(old)), contexts);
  }

  Rotation rotation(RecordStore served) {
    return Rotation.of(served, function()).withSealedKeys(sealed);
  }

  RotationReport run(RecordStore served) throws Exception {
    return rotation(served).run();
  }

  /**
   * Nothing is lost: whoever has the new key only, and what was sealed under it, opens every record
   * that the server has.
   */
  void everythingOpens() throws Exception {
    List<UserMasterKey> olds = sealed.read(fresh);
    try (KeyRing ring = KeyRing.of(fresh, olds)) {
      for (String id : IDS) {
        assertArrayEquals(text(id), ring.open(record(id), contexts.of(id)), id);
      }
    }
  }

  /** Opens a record as who has the new key, and nothing else. */
  void openedAlone(String id) throws Exception {
    try (KeyRing ring = KeyRing.of(fresh, List.of())) {
      assertArrayEquals(text(id), ring.open(record(id), contexts.of(id)), id);
    }
  }

  /** The same, and all of them are under the new key, without any old one. */
  void everythingHasMoved() throws Exception {
    for (String id : IDS) {
      openedAlone(id);
    }
  }

  /** Without the attack it succeeds, to the last step: so it was the attack that was refused. */
  void endsWell() throws Exception {
    everythingOpens();
    RotationReport report = run(store);
    assertTrue(report.isComplete(), report::toString);
    assertEquals(IDS.size(), report.lastPass().seen());
    everythingHasMoved();
    assertTrue(sealed.retire(report, fresh));
    everythingHasMoved();
  }

  /** The old key was not called free, nothing is lost, and without the attack it ends well. */
  String notFree(RotationReport report) throws Exception {
    assertFalse(report.isComplete(), report::toString);
    assertEquals(Set.of(), report.freed());
    assertThrows(IllegalStateException.class, () -> sealed.retire(report, fresh));
    endsWell();
    return report.toString();
  }

  /** The run ended with the old key in use no more, nothing left under it, and nothing lost. */
  String moved(RotationReport report) throws Exception {
    assertTrue(report.isComplete(), report::toString);
    everythingHasMoved();
    endsWell();
    return report.toString();
  }

  /** A rotation does not begin with what lies in the place of the sealed keys now. */
  String notBegun(Class<? extends Exception> as) throws Exception {
    List<byte[]> before = new ArrayList<>();
    for (String id : IDS) {
      before.add(record(id));
    }
    String refusal = Attack.refused(as, () -> run(store));
    for (int i = 0; i < IDS.size(); i++) {
      assertArrayEquals(before.get(i), record(IDS.get(i)));
    }
    return refusal;
  }
}
