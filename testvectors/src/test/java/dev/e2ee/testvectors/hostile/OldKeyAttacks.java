package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static dev.e2ee.testvectors.hostile.RecordAttacks.ABOUT;
import static dev.e2ee.testvectors.hostile.RecordAttacks.SPEC;
import static dev.e2ee.testvectors.hostile.RotationScene.IDS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.rotation.RotationListener;
import dev.e2ee.rotation.RotationProgress;
import dev.e2ee.rotation.RotationReport;
import dev.e2ee.rotation.SealedKeys;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import javax.crypto.AEADBadTagException;

/** What a server tries that keeps the sealed old keys and the checkpoint of a rotation. */
final class OldKeyAttacks implements Attacks {
  private final Path folder;

  OldKeyAttacks(Path folder) {
    this.folder = folder;
  }

  private RotationScene scene() throws Exception {
    return new RotationScene(folder);
  }

  @Override
  public List<Attack> attacks() {
    return List.of(
        Attack.of(ABOUT, "changes each byte of the sealed old keys in turn", this::changes, 1, 6),
        keys(
            "gives back sealed keys from before the old one was added",
            IllegalStateException.class,
            scene -> SealedKeys.seal(List.of(RotationScene.key()), scene.fresh),
            10),
        keys(
            "gives the sealed keys of a rotation to another key",
            IllegalStateException.class,
            scene -> SealedKeys.seal(List.of(scene.old), RotationScene.key()),
            9),
        keys(
            "puts a key of its own there, under a key of its own that it calls the new one",
            AEADBadTagException.class,
            scene ->
                SealedKeys.seal(
                    List.of(named(RotationScene.key(), scene.old)),
                    named(RotationScene.key(), scene.fresh)),
            2),
        keys(
            "knows the old key, and puts it there under itself",
            IllegalStateException.class,
            scene -> SealedKeys.seal(List.of(scene.old), scene.old),
            2),
        keys(
            "serves a record in the place of the sealed old keys",
            AEADBadTagException.class,
            scene -> scene.sealed(scene.fresh, "r0"),
            3),
        keys(
            "serves sealed old keys of a mebibyte",
            AEADBadTagException.class,
            scene -> Arrays.copyOf(Files.readAllBytes(scene.sealed.file()), 1 << 20),
            17),
        Attack.of(ABOUT, "takes the sealed old keys away before it begins", this::deletes, 10),
        Attack.limit(
            ABOUT,
            "takes the sealed old keys away while it runs",
            new Documented(SPEC, "keeps a copy of them where the store does not reach"),
            this::deletesMeanwhile,
            10),
        Attack.limit(
            ABOUT,
            "knows an old key, and puts its sealed keys back when they were deleted",
            new Documented(
                SPEC,
                "Old sealed keys that somebody puts back, sealed under the same new key, make"
                    + " readers accept what those keys sealed."),
            this::putsBack,
            10),
        checkpoint("plays back the checkpoint of an earlier time", text -> text, 10),
        checkpoint(
            "forges a checkpoint behind all records, which it calls moved",
            text ->
                signed(
                    text.replaceAll("counts .*", "counts 9 0 9 0 0 0")
                        .replaceAll("after .*", "after " + hex("zzz"))),
            2),
        checkpoint("cuts the checkpoint", text -> text.substring(0, text.length() / 2), 14),
        Attack.of(ABOUT, "gives the checkpoint of another rotation", this::otherCheckpoint, 9),
        Attack.of(ABOUT, "gives a checkpoint of 2 MiB", this::hugeCheckpoint, 17));
  }

  /** The same key bytes under the id of another key. */
  private static UserMasterKey named(UserMasterKey key, UserMasterKey as) throws Exception {
    return UserMasterKey.of(key.getEncoded(), RecordAttacks.idOf(as), 1);
  }

  /** What a server serves in the place of the sealed keys. */
  private interface Served {
    byte[] in(RotationScene scene) throws Exception;
  }

  private Attack keys(String what, Class<? extends Exception> as, Served served, Integer threat) {
    return Attack.of(
        ABOUT,
        what,
        () -> {
          RotationScene scene = scene();
          byte[] honest = Files.readAllBytes(scene.sealed.file());
          Files.write(scene.sealed.file(), served.in(scene));
          String refusal = scene.notBegun(as);
          Files.write(scene.sealed.file(), honest);
          scene.endsWell();
          return refusal;
        },
        threat);
  }

  private String changes() throws Exception {
    RotationScene scene = scene();
    byte[] honest = Files.readAllBytes(scene.sealed.file());
    String last = "";
    for (int i = 0; i < honest.length; i++) {
      Files.write(scene.sealed.file(), flipped(honest, i));
      boolean isKeyId = i >= 12 && i < 28;
      last = scene.notBegun(isKeyId ? IllegalStateException.class : AEADBadTagException.class);
    }
    Files.write(scene.sealed.file(), honest);
    scene.endsWell();
    return "each is refused; the last: " + last;
  }

  private String deletes() throws Exception {
    RotationScene scene = scene();
    byte[] honest = Files.readAllBytes(scene.sealed.file());
    Files.delete(scene.sealed.file());
    String refusal = scene.notBegun(IllegalStateException.class);
    Files.write(scene.sealed.file(), honest);
    scene.endsWell();
    return refusal;
  }

  /** The process that has the keys goes on; one that comes after a crash needs the copy. */
  private String deletesMeanwhile() throws Exception {
    RotationScene scene = scene();
    byte[] copy = Files.readAllBytes(scene.sealed.file());
    byte[] record = scene.record("r3");
    RotationListener deleting =
        new RotationListener() {
          @Override
          public void onProgress(RotationProgress progress) {
            try {
              Files.deleteIfExists(scene.sealed.file());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    RotationReport report = scene.rotation(scene.store).withListener(deleting).run();
    assertTrue(report.isComplete());
    scene.everythingHasMoved();
    opens(scene, SealedKeys.open(copy, scene.fresh), record);
    Files.write(scene.sealed.file(), copy);
    scene.endsWell();
    return "the run has ended well, as it has the keys; after a crash a copy of the sealed keys opens"
        + " what did not move";
  }

  private static void opens(RotationScene scene, List<UserMasterKey> olds, byte[] record)
      throws Exception {
    try (KeyRing reader = KeyRing.of(scene.fresh, olds)) {
      assertArrayEquals(RotationScene.text("r3"), reader.open(record, RotationScene.context("r3")));
    }
  }

  private String putsBack() throws Exception {
    RotationScene scene = scene();
    byte[] before = Files.readAllBytes(scene.sealed.file());
    scene.endsWell();
    Files.write(scene.sealed.file(), before);
    byte[] planted = scene.sealed(scene.old, "r3");
    opens(scene, scene.sealed.read(scene.fresh), planted);
    try (KeyRing reader = KeyRing.of(scene.fresh, List.of())) {
      return "a reader that looks for the file takes what the old key sealed; one that does not,"
          + " does not. "
          + refused(
              WrongKeyException.class, () -> reader.open(planted, RotationScene.context("r3")));
    }
  }

  /** What a server makes of a genuine checkpoint. */
  private interface Forged {
    String of(String checkpoint);
  }

  /** Records under the old key on both sides of it: none is skipped in the end. */
  private Attack checkpoint(String what, Forged forged, Integer threat) {
    return Attack.of(
        ABOUT,
        what,
        () -> {
          RotationScene scene = scene();
          Path file = scene.folder.resolve("checkpoint");
          Files.writeString(file, forged.of(checkpoint(scene, file)));
          String report = scene.moved(scene.rotation(scene.store).withCheckpoint(file).run());
          assertTrue(Files.notExists(file));
          return report;
        },
        threat);
  }

  /** That of a run which ends behind the last record; then they are under the old key again. */
  private static String checkpoint(RotationScene scene, Path file) throws Exception {
    RotationListener dying =
        new RotationListener() {
          @Override
          public void onProgress(RotationProgress progress) {
            throw new IllegalStateException("the process ends here");
          }
        };
    assertThrows(
        IllegalStateException.class,
        () -> scene.rotation(scene.store).withListener(dying).withCheckpoint(file).run());
    scene.everythingHasMoved();
    for (String id : IDS) {
      scene.store.put(id, scene.sealed(scene.old, id));
    }
    return Files.readString(file);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(UTF_8));
  }

  /** With the checksum that it has to have, which is no secret. */
  private static String signed(String text) {
    String body = text.substring(0, text.indexOf("crc32c"));
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(UTF_8));
    return body + "crc32c " + HexFormat.of().toHexDigits((int) crc.getValue()) + "\n";
  }

  private String otherCheckpoint() throws Exception {
    RotationScene scene = scene();
    RotationScene other = scene();
    Path file = scene.folder.resolve("checkpoint");
    String others = checkpoint(other, other.folder.resolve("checkpoint"));
    Files.writeString(file, others);
    String refusal =
        refused(
            IllegalStateException.class,
            () -> scene.rotation(scene.store).withCheckpoint(file).run());
    assertEquals(others, Files.readString(file));
    scene.endsWell();
    return refusal;
  }

  private String hugeCheckpoint() throws Exception {
    RotationScene scene = scene();
    Path file = scene.folder.resolve("checkpoint");
    Files.write(file, new byte[2 << 20]);
    String refusal =
        refused(
            IllegalStateException.class,
            () -> scene.rotation(scene.store).withCheckpoint(file).run());
    scene.endsWell();
    return refusal;
  }

  @Override
  public void close() {
    // Its scenes are folders of the test's.
  }
}
