package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.refused;
import static dev.e2ee.testvectors.hostile.RecordAttacks.ABOUT;
import static dev.e2ee.testvectors.hostile.RecordAttacks.SPEC;
import static dev.e2ee.testvectors.hostile.RotationScene.IDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.rotation.RotationReport;
import dev.e2ee.rotation.SealedKeys;
import dev.e2ee.rotation.StoredRecord;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a server tries during a rotation by serving and listing records otherwise than they are. */
record LyingServer(Path folder) {
  private static final Documented HIDES =
      new Documented(
          SPEC,
          "A store that leaves a record out of its lists, or puts an old state back after the last"
              + " pass, has as good as deleted it");

  List<Attack> attacks() {
    return List.of(
        attack("serves the old wrap after each write", Rollback::new, 10),
        attack("serves the new wrap once, and then the old one", ShownOnce::new, 10),
        attack(
            "says that it has written, and has not",
            scene -> new Answering(scene, true, (id, found) -> found),
            10),
        attack(
            "says that it has written, and then that the record is gone",
            scene -> new Answering(scene, true, (id, found) -> Optional.empty()),
            10),
        attack(
            "refuses every write", scene -> new Answering(scene, false, (id, found) -> found), 10),
        attack(
            "says that somebody was first, and serves an older move", LyingServer::olderMove, 10),
        attack("exchanges two records", Swapped::new, 9),
        attack("lists records and finds none of them", Unfound::new, 10),
        attack("lists ids that never were", Forged::new, 9),
        Attack.of(ABOUT, "cuts what it is given", this::cuts, 14),
        Attack.of(ABOUT, "lists each record twice, the last one first", this::twice, 9),
        Attack.of(ABOUT, "lists the last record for ever", this::endless, 17),
        Attack.of(ABOUT, "lists nothing at all", this::nothing, 10),
        Attack.of(ABOUT, "puts a record back under the old key behind each pass", this::behind, 10),
        limit("hides a record from every list", this::hides),
        limit("hides a record, and lists another one twice", this::hidesBehindAnother),
        limit("ends each list one record early", this::early),
        limit("brings a record under the old key after the last pass", this::late),
        limit("puts the old wrap back after the last pass", this::putBack));
  }

  /** How a server serves the records of a scene. */
  private interface Serving {
    ServedRecords of(RotationScene scene) throws Exception;
  }

  /** One that keeps the old key from being free, and costs nothing. */
  private Attack attack(String what, Serving serving, Integer threat) {
    return Attack.of(
        ABOUT,
        what,
        () -> {
          RotationScene scene = scene();
          return scene.notFree(scene.run(serving.of(scene)));
        },
        threat);
  }

  private Attack limit(String what, Attack.Attempt attempt) {
    return Attack.limit(ABOUT, what, HIDES, attempt, 10);
  }

  private RotationScene scene() throws Exception {
    return new RotationScene(folder);
  }

  /** One that has kept what the records were before the rotation. */
  private static class Remembering extends ServedRecords {
    final Map<String, byte[]> before = new HashMap<>();

    Remembering(RotationScene scene) throws IOException {
      super(scene);
      for (String id : IDS) {
        before.put(id, scene.record(id));
      }
    }

    Optional<byte[]> old(String id) {
      return Optional.ofNullable(before.get(id));
    }
  }

  private static final class Rollback extends Remembering {
    private final Set<String> written = new HashSet<>();

    Rollback(RotationScene scene) throws IOException {
      super(scene);
    }

    @Override
    public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
      written.add(id);
      return super.replace(id, expected, fresh);
    }

    @Override
    Optional<byte[]> served(String id, Optional<byte[]> found) {
      return written.contains(id) ? old(id) : found;
    }
  }

  private static final class ShownOnce extends Remembering {
    private final Map<String, byte[]> once = new HashMap<>();

    ShownOnce(RotationScene scene) throws IOException {
      super(scene);
    }

    @Override
    public boolean replace(String id, StoredRecord expected, byte[] fresh) {
      once.put(id, fresh);
      return true;
    }

    @Override
    Optional<byte[]> served(String id, Optional<byte[]> found) {
      return Optional.ofNullable(once.remove(id)).or(() -> old(id));
    }
  }

  /** One that writes nothing, whatever it says, and serves what it likes the next time. */
  private static final class Answering extends ServedRecords {
    private final boolean says;
    private final Next next;
    private final Set<String> asked = new HashSet<>();

    /** What it serves for an id that it was given something for. */
    interface Next {
      Optional<byte[]> of(String id, Optional<byte[]> found);
    }

    Answering(RotationScene scene, boolean says, Next next) {
      super(scene);
      this.says = says;
      this.next = next;
    }

    @Override
    public boolean replace(String id, StoredRecord expected, byte[] fresh) {
      asked.add(id);
      return says;
    }

    @Override
    Optional<byte[]> served(String id, Optional<byte[]> found) {
      return asked.remove(id) ? next.of(id, found) : found;
    }
  }

  /** It has a move of each record from an earlier run, and what they were before. */
  private static Answering olderMove(RotationScene scene) throws Exception {
    Map<String, byte[]> moved = new HashMap<>();
    for (String id : IDS) {
      moved.put(id, scene.sealed(scene.fresh, id));
    }
    return new Answering(scene, false, (id, found) -> Optional.of(moved.get(id)));
  }

  private static final class Swapped extends Remembering {
    Swapped(RotationScene scene) throws IOException {
      super(scene);
    }

    @Override
    Optional<byte[]> served(String id, Optional<byte[]> found) {
      return switch (id) {
        case "r0" -> old("r1");
        case "r1" -> old("r0");
        default -> found;
      };
    }
  }

  private static final class Unfound extends ServedRecords {
    Unfound(RotationScene scene) {
      super(scene);
    }

    @Override
    Optional<byte[]> served(String id, Optional<byte[]> found) {
      return Optional.empty();
    }
  }

  private static final class Forged extends ServedRecords {
    Forged(RotationScene scene) {
      super(scene);
    }

    @Override
    List<String> listed(List<String> page) {
      return page.isEmpty() ? page : Stream.concat(page.stream(), Stream.of("never was")).toList();
    }
  }

  /** The run ends at the first one, which has to be restored; the others are as they were. */
  private String cuts() throws Exception {
    RotationScene scene = scene();
    byte[] before = scene.record("r0");
    ServedRecords cutting =
        new ServedRecords(scene) {
          @Override
          public boolean replace(String id, StoredRecord expected, byte[] fresh)
              throws IOException {
            scene.store.put(id, Arrays.copyOf(fresh, fresh.length - 1));
            return true;
          }
        };
    String refusal = refused(IOException.class, () -> scene.run(cutting));
    scene.store.put("r0", before);
    scene.endsWell();
    return refusal;
  }

  private String twice() throws Exception {
    RotationScene scene = scene();
    ServedRecords repeating =
        new ServedRecords(scene) {
          @Override
          List<String> listed(List<String> page) {
            return page.stream()
                .sorted(Comparator.reverseOrder())
                .flatMap(id -> Stream.of(id, id))
                .toList();
          }
        };
    RotationReport report = scene.rotation(repeating).withThreads(4).run();
    return scene.moved(report);
  }

  private String endless() throws Exception {
    RotationScene scene = scene();
    ServedRecords endless =
        new ServedRecords(scene) {
          @Override
          List<String> listed(List<String> page) {
            return page.isEmpty() ? List.of("r3") : page;
          }
        };
    String refusal = refused(IOException.class, () -> scene.run(endless));
    scene.endsWell();
    return refusal;
  }

  private String nothing() throws Exception {
    RotationScene scene = scene();
    ServedRecords empty = listing(scene, List.of());
    RotationReport report = scene.run(empty);
    assertEquals(Set.of(), report.freed());
    String refusal =
        refused(IllegalStateException.class, () -> scene.sealed.retire(report, scene.fresh));
    scene.endsWell();
    return refusal;
  }

  private static ServedRecords listing(RotationScene scene, List<String> ids) {
    return new ServedRecords(scene) {
      @Override
      List<String> listed(List<String> page) {
        return page.isEmpty() ? page : ids;
      }
    };
  }

  /** The old key is not free as long as it does so. */
  private String behind() throws Exception {
    RotationScene scene = scene();
    byte[] before = scene.record("r0");
    ServedRecords writing =
        new ServedRecords(scene) {
          @Override
          Optional<byte[]> served(String id, Optional<byte[]> found) throws IOException {
            if (id.equals("r3")) {
              scene.store.put("r0", before);
            }
            return found;
          }
        };
    return scene.notFree(scene.run(writing));
  }

  private String hides() throws Exception {
    return unseen("r2", List.of("r0", "r1", "r3"));
  }

  private String early() throws Exception {
    return unseen("r3", List.of("r0", "r1", "r2"));
  }

  private String hidesBehindAnother() throws Exception {
    return unseen("r2", List.of("r0", "r1", "r1", "r3"));
  }

  /** By a list of its own the application finds out; and the sealed keys open what was hidden. */
  private String unseen(String hidden, List<String> listed) throws Exception {
    RotationScene scene = scene();
    RotationReport report = scene.run(listing(scene, listed));
    assertTrue(report.isComplete());
    assertEquals(listed.size(), report.lastPass().seen());
    String found = "";
    for (String id : IDS) {
      if (!id.equals(hidden)) {
        scene.openedAlone(id);
        continue;
      }
      found = refused(WrongKeyException.class, () -> scene.openedAlone(id));
    }
    scene.endsWell();
    return "complete, without "
        + hidden
        + "; who opens each record of a list of its own under the new key alone finds out: "
        + found;
  }

  private String late() throws Exception {
    RotationScene scene = scene();
    byte[] held = scene.record("r3");
    scene.store.delete("r3");
    RotationReport report = scene.run(scene.store);
    assertTrue(report.isComplete());
    scene.store.put("r3", held);
    scene.endsWell();
    return "complete, before it came; the sealed keys, until they are deleted, open it, and the next"
        + " run moves it";
  }

  private String putBack() throws Exception {
    RotationScene scene = scene();
    byte[] before = scene.record("r3");
    byte[] copy = Files.readAllBytes(scene.sealed.file());
    scene.endsWell();
    scene.store.put("r3", before);
    String refusal = refused(WrongKeyException.class, () -> scene.openedAlone("r3"));
    List<UserMasterKey> olds = SealedKeys.open(copy, scene.fresh);
    try (KeyRing reader = KeyRing.of(scene.fresh, olds)) {
      byte[] text = reader.open(scene.record("r3"), RotationScene.context("r3"));
      assertArrayEquals(RotationScene.text("r3"), text);
    }
    return "what it put back opens with a copy of the sealed keys, and without one no more. "
        + refusal;
  }
}
