package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.Attack.flipped;
import static dev.e2ee.testvectors.hostile.Attack.refused;
import static dev.e2ee.testvectors.hostile.RotationScene.IDS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.rotation.RecordFunction;
import dev.e2ee.rotation.RefusedRecordException.Reason;
import dev.e2ee.rotation.RotationReport;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testvectors.hostile.Attack.Documented;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a server tries that has the records while they move to another key. That it serves and lists
 * them otherwise than they are, is {@link LyingServer}'s.
 */
final class RecordAttacks implements Attacks {
  static final String ABOUT = "rotation";
  static final String SPEC = "testvectors/spec/rotation.md";
  private static final int WRAP = 31;
  private static final int BODY = 123;

  private final Path folder;

  RecordAttacks(Path folder) {
    this.folder = folder;
  }

  private RotationScene scene() throws Exception {
    return new RotationScene(folder);
  }

  @Override
  public List<Attack> attacks() {
    List<Attack> attacks = new ArrayList<>(new LyingServer(folder).attacks());
    attacks.addAll(
        List.of(
            Attack.of(ABOUT, "reads all records and all writes", this::reads, 16),
            Attack.of(ABOUT, "changes each byte of a record in turn", this::changes, 1, 3, 6),
            Attack.of(
                ABOUT, "waits for a move that writes what one wrote before", this::repeats, 8),
            Attack.of(ABOUT, "tells from lengths what has moved", this::lengths, 15),
            Attack.of(
                ABOUT,
                "puts a record of another user there",
                () -> planted(Reason.NOT_AUTHENTIC, this::ofAnotherUser),
                9),
            Attack.of(
                ABOUT,
                "puts a copy of one record at another id",
                () -> planted(Reason.NOT_AUTHENTIC, scene -> scene.record("r0")),
                9),
            Attack.of(
                ABOUT,
                "puts what is not encrypted there",
                () -> planted(Reason.MALFORMED, scene -> "{\"text\":\"planted\"}".getBytes(UTF_8)),
                9),
            Attack.of(
                ABOUT,
                "puts a record there under a key of its own",
                () ->
                    planted(
                        Reason.OTHER_KEY, scene -> scene.sealed(RotationScene.key(), "planted")),
                2),
            Attack.of(
                ABOUT,
                "puts a record there under a key of its own that it calls by the new key's id",
                () -> planted(Reason.NOT_AUTHENTIC, scene -> named(scene, scene.fresh)),
                2),
            Attack.of(
                ABOUT,
                "puts a record there under a key of its own that it calls by the old key's id",
                () -> planted(Reason.NOT_AUTHENTIC, scene -> named(scene, scene.old)),
                2),
            Attack.of(
                ABOUT,
                "puts the sealed old keys there as a record",
                () ->
                    planted(Reason.NOT_AUTHENTIC, scene -> Files.readAllBytes(scene.sealed.file())),
                3),
            Attack.of(ABOUT, "serves a record of 65 MiB", this::huge, 17),
            Attack.of(ABOUT, "serves a state of a record from before", this::older, 10),
            Attack.limit(
                ABOUT,
                "serves a state from before of a record whose context has no revision",
                new Documented(
                    SPEC,
                    "an old state of a record is moved like the newest, unless the context has its"
                        + " revision"),
                this::olderWithoutRevision,
                10),
            Attack.limit(
                ABOUT,
                "knows an old key, and puts a record there under it",
                new Documented(
                    SPEC,
                    "Whoever has an old key and can write to the store makes records that are moved"
                        + " like all others"),
                this::underTheOldKey,
                2)));
    return attacks;
  }

  private String reads() throws Exception {
    RotationScene scene = scene();
    HostileServer server = new HostileServer();
    IDS.forEach(id -> putRecord(server, scene, id));
    scene.run(scene.store);
    IDS.forEach(id -> putRecord(server, scene, id));
    server.put("old.keys", Files.readAllBytes(scene.sealed.file()));
    for (String id : IDS) {
      assertFalse(server.hasSeen(RotationScene.text(id)));
    }
    assertFalse(server.hasSeen(scene.old.getEncoded()));
    assertFalse(server.hasSeen(scene.fresh.getEncoded()));
    scene.endsWell();
    return "neither text nor key stands in any of it";
  }

  private static void putRecord(HostileServer server, RotationScene scene, String id) {
    try {
      server.put(id, scene.record(id));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Under either key, as many records as one has bytes, each with another byte changed: none is
   * moved, none is touched.
   */
  private String changes() throws Exception {
    RotationScene scene = scene();
    Map<String, byte[]> changed = new TreeMap<>();
    for (UserMasterKey key : List.of(scene.old, scene.fresh)) {
      int length = scene.sealed(key, "c000").length;
      for (int i = 0; i < length; i++) {
        String id = "c%03d".formatted(changed.size());
        changed.put(id, flipped(scene.sealed(key, id), i));
        Files.write(scene.records.resolve(id), changed.get(id)); // without a force for each of them
      }
    }
    RotationReport report = scene.run(scene.store);
    assertFalse(report.isComplete());
    assertEquals(changed.size(), report.problems().size());
    assertEquals(IDS.size(), report.moved());
    for (RotationReport.Problem problem : report.problems()) {
      assertTrue(problem.reason() != Reason.STORE && problem.reason() != Reason.NO_CONTEXT);
      assertArrayEquals(changed.get(problem.id()), scene.record(problem.id()));
      Files.delete(scene.records.resolve(problem.id()));
    }
    return scene.notFree(report);
  }

  private String repeats() throws Exception {
    RotationScene scene = scene();
    KeyRing.Source keys = () -> KeyRing.of(scene.fresh, List.of(scene.old));
    RecordFunction anew = RecordFunction.reencrypting(keys, RotationScene::context);
    Set<String> nonces = new HashSet<>();
    byte[] record = scene.record("r0");
    try (RecordFunction.Opened wrapping = scene.function().open();
        RecordFunction.Opened sealing = anew.open()) {
      for (int i = 0; i < 1000; i++) {
        byte[] wrapped = wrapping.move("r0", record).orElseThrow();
        byte[] sealed = sealing.move("r0", record).orElseThrow();
        assertTrue(nonces.add(new String(wrapped, WRAP, 12, ISO_8859_1)));
        assertTrue(nonces.add(new String(sealed, WRAP, 12, ISO_8859_1)));
        assertTrue(nonces.add(new String(sealed, BODY, 12, ISO_8859_1)));
      }
    }
    scene.endsWell();
    return "1,000 times re-wrapped, and 1,000 times sealed anew, a record has 3,000 nonces";
  }

  private String lengths() throws Exception {
    RotationScene scene = scene();
    List<Integer> before = lengths(scene);
    scene.run(scene.store);
    assertEquals(before, lengths(scene));
    scene.endsWell();
    return "a move changes no length; which key a record is under is public, and so is its length";
  }

  private static List<Integer> lengths(RotationScene scene) throws IOException {
    List<Integer> lengths = new ArrayList<>();
    for (String id : IDS) {
      lengths.add(scene.record(id).length);
    }
    return lengths;
  }

  /** A record of the server's own. */
  private interface Plant {
    byte[] in(RotationScene scene) throws Exception;
  }

  /** It stays as it is, is reported with its reason, and keeps the old key from being free. */
  private String planted(Reason reason, Plant plant) throws Exception {
    RotationScene scene = scene();
    byte[] planted = plant.in(scene);
    scene.store.put("planted", planted);
    RotationReport report = scene.run(scene.store);
    assertEquals(
        List.of("planted " + reason),
        report.problems().stream().map(found -> found.id() + " " + found.reason()).toList());
    assertArrayEquals(planted, scene.record("planted"));
    assertEquals(IDS.size(), report.moved());
    scene.store.delete("planted");
    return scene.notFree(report);
  }

  private byte[] ofAnotherUser(RotationScene scene) throws Exception {
    return RotationScene.sealed(
        scene.old, "planted", RecordContext.of("mallory", "note", "planted"));
  }

  private static byte[] named(RotationScene scene, UserMasterKey as) throws Exception {
    KeyId id = idOf(as);
    return scene.sealed(UserMasterKey.of(RotationScene.key().getEncoded(), id, 1), "planted");
  }

  static KeyId idOf(UserMasterKey key) throws Exception {
    try (KeyRing ring = KeyRing.of(key, List.of())) {
      return ring.current();
    }
  }

  private String huge() throws Exception {
    RotationScene scene = scene();
    Path file = scene.records.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(65 << 20);
    }
    RotationReport report = scene.run(scene.store);
    assertEquals(Reason.STORE, report.problems().get(0).reason());
    Files.delete(file);
    return scene.notFree(report);
  }

  private String older() throws Exception {
    RotationScene scene = new RotationScene(folder, id -> revised(id, 2));
    byte[] newest = scene.record("r1");
    byte[] before = RotationScene.sealed(scene.old, "r1", revised("r1", 1));
    scene.store.put("r1", before);
    RotationReport report = scene.run(scene.store);
    assertEquals(Reason.NOT_AUTHENTIC, report.problems().get(0).reason());
    assertArrayEquals(before, scene.record("r1"));
    scene.store.put("r1", newest);
    return scene.notFree(report);
  }

  private static RecordContext revised(String id, int revision) {
    return RotationScene.context(id).withRevision(revision);
  }

  private String olderWithoutRevision() throws Exception {
    RotationScene scene = scene();
    byte[] before = scene.record("r1");
    try (Envelope envelope = Envelope.with(scene.old)) {
      scene.store.put("r1", envelope.seal("newer".getBytes(UTF_8), RotationScene.context("r1")));
    }
    scene.store.put("r1", before);
    String report = scene.moved(scene.run(scene.store)); // to the text of before
    return "the state of before has moved; a revision in the context stops it. " + report;
  }

  private String underTheOldKey() throws Exception {
    RotationScene scene = scene();
    scene.store.put("planted", scene.sealed(scene.old, "planted"));
    RotationReport report = scene.run(scene.store);
    assertTrue(report.isComplete());
    assertEquals(IDS.size() + 1, report.moved());
    byte[] late = scene.sealed(scene.old, "planted");
    scene.store.delete("planted");
    scene.endsWell();
    try (KeyRing reader = KeyRing.of(scene.fresh, List.of())) {
      String refusal =
          refused(
              WrongKeyException.class, () -> reader.open(late, RotationScene.context("planted")));
      return "it has moved with the rest; when the old key is retired, no more. " + refusal;
    }
  }

  @Override
  public void close() {
    // Its scenes are folders of the test's.
  }
}
