package dev.e2ee.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.WrongKeyException;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Rotating processes that are killed one after the other, over one store and its application. */
final class RotationCrash {
  private final Path folder;
  private final String where;
  private final List<String> ids;
  private final int longestMillis;
  private final Random random;
  private int kills;
  private int resumed;
  private int rounds;
  private int rewritten;

  /**
   * Over records that are there.
   *
   * @param longestMillis before a kill
   */
  RotationCrash(Path folder, String where, int records, int longestMillis, Random random) {
    this.folder = folder;
    this.where = where;
    this.ids = ids(records);
    this.longestMillis = longestMillis;
    this.random = random;
  }

  static List<String> ids(int records) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      ids.add("d" + i % 10 + "/r" + i);
    }
    return ids;
  }

  static byte[] first(String id) throws GeneralSecurityException {
    return RotationKeys.sealed(RotationKeys.oldKey(), id, id + " first");
  }

  void run(int wanted) throws Exception {
    Files.write(folder.resolve("ids"), ids);
    RotationKeys.sealedKeys(folder);
    Process application = RotationProcess.start("use", where, folder, random.nextLong());
    try (BufferedReader said = application.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("READY", said.readLine());
      while (kills < wanted) {
        round();
        assertTrue(application.isAlive(), "the application has found nothing wrong");
      }
      Files.createFile(folder.resolve("switched"));
      assertEquals("SWITCHED", said.readLine());
      finish();
      application.outputWriter(StandardCharsets.UTF_8).append("end\n").flush();
      assertEquals("USED", said.readLine(), "the application has found nothing wrong");
    } finally {
      application.destroyForcibly();
    }
    check();
  }

  /** Starts a rotation, which may come to its end when the application rests, and kills it. */
  private void round() throws Exception {
    rounds++;
    if (Files.exists(folder.resolve("checkpoint"))) {
      resumed++;
    }
    Process rotating = RotationProcess.start("rotate", where, folder, 0);
    try (BufferedReader said = rotating.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("READY", said.readLine());
      boolean ended = rotating.waitFor(random.nextInt(1000 * longestMillis), TimeUnit.MICROSECONDS);
      rotating.toHandle().destroyForcibly();
      assertTrue(rotating.waitFor(60, TimeUnit.SECONDS), "SIGKILL ends a process");
      if (!ended) {
        kills++;
      }
    }
  }

  /** Whatever writers sealed before they were switched is found by the last run. */
  private void finish() throws Exception {
    Process rotating = RotationProcess.start("rotate", where, folder, 0);
    try (BufferedReader said = rotating.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("READY", said.readLine());
      assertEquals("COMPLETE", said.readLine());
      assertEquals(0, rotating.waitFor());
    }
  }

  /** Each record is under the new key alone, with what was last written to it. */
  private void check() throws Exception {
    Map<String, String> written = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("written"))) {
      String[] parts = line.split("\t", -1);
      written.put(parts[0], parts[1]);
      rewritten += parts[1].endsWith(" first") ? 0 : 1;
    }
    assertEquals(Set.copyOf(ids), written.keySet());
    try (KeyRing onlyNew = KeyRing.of(RotationKeys.newKey(), List.of());
        KeyRing onlyOld = KeyRing.of(RotationKeys.oldKey(), List.of())) {
      WritableStore store = WritableStore.at(where);
      for (String id : ids) {
        byte[] record = store.read(id).orElseThrow().bytes();
        byte[] text = onlyNew.open(record, RotationKeys.context(id));
        assertEquals(written.get(id), new String(text, StandardCharsets.UTF_8));
        assertThrows(WrongKeyException.class, () -> onlyOld.open(record, RotationKeys.context(id)));
      }
    }
  }

  /** How many of the rounds went on at a checkpoint. */
  int resumed() {
    return resumed;
  }

  @Override
  public String toString() {
    return rounds
        + " rounds, "
        + kills
        + " killed, "
        + resumed
        + " resumed at a checkpoint, "
        + rewritten
        + " records written meanwhile";
  }
}
