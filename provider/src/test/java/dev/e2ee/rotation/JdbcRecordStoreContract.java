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

import dev.e2ee.rotation.RotationReport.EarlierChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What a table does as a store of records, on each database that is tried. */
abstract class JdbcRecordStoreContract extends JdbcTables {
  /** Other databases, which have no table yet or those that the last test has left. */
  abstract List<DataSource> others() throws SQLException;

  /** A value of one byte, as the database writes it. */
  abstract String literal(byte value);

  /** Makes a trigger that leaves only the first byte of what an UPDATE gives. */
  abstract void cutEachUpdate() throws SQLException;

  /** [rotation-11] */
  @Test
  void listsEachIdOnceFromAnyOne() throws Exception {
    RecordStore texts = notes("TEXT");
    for (String id : List.of("b", "a", "c''d", "é", "d")) {
      put("'" + id + "'", new byte[1]);
    }
    sql("INSERT INTO notes (id) VALUES ('empty')");
    List<String> all = ids(texts, null, 2);
    assertEquals(5, all.size(), "a row without an envelope is no record");
    assertEquals(List.of("a", "b", "c'd", "d", "é"), all);
    for (int i = 0; i < all.size(); i++) {
      assertEquals(all.subList(i + 1, all.size()), ids(texts, all.get(i), 1));
    }
    RecordStore numbers = notes("BIGINT");
    for (int i : new int[] {10, 9, 100, -1}) {
      put("" + i, new byte[1]);
    }
    RecordStore byNumber = ((JdbcRecordStore) numbers).withIdType(JdbcRecordStore.IdType.INTEGER);
    assertEquals(List.of("-1", "9", "10", "100"), ids(byNumber, null, 3));
    assertEquals(List.of("100"), ids(byNumber, "10", 3));
    IOException refused = assertThrows(IOException.class, () -> ids(byNumber, "forged", 3));
    assertTrue(refused.getMessage().contains("checkpoint"), refused.getMessage());
  }

  /** [rotation-15] */
  @Test
  void aTransactionThatWasOpenBeforeTheRunIsWaitedFor() throws Exception {
    JdbcRecordStore store = notes("TEXT");
    put("'a'", sealed(oldKey(), "a", "text a"));
    try (Connection writer = database().getConnection()) {
      writer.setAutoCommit(false);
      insert(writer, "b", sealed(oldKey(), "b", "text b"));
      RotationReport before = rotation(store).run();
      assertTrue(before.isHeldUp(), before::toString);
      assertFalse(before.isComplete(), before::toString);
      assertTrue(before.freed().isEmpty());
      RotationReport after = rotation(new Waiting(store, writer)).run();
      assertFalse(after.isHeldUp(), after::toString);
      assertTrue(after.isComplete(), after::toString);
      assertEquals(2, before.moved() + after.moved());
    }
    assertEquals("text b", opened(newKey(), "b", store.read("b").orElseThrow().bytes()));
  }

  /** Commits when the transaction was seen to be open. */
  private static final class Waiting extends DelegatingStore<JdbcRecordStore> {
    private final Connection writer;

    Waiting(JdbcRecordStore real, Connection writer) {
      super(real);
      this.writer = writer;
    }

    @Override
    public Mark mark() throws IOException {
      Mark mark = super.mark();
      return () -> {
        boolean past = mark.isPast();
        if (!past) {
          commit();
        }
        return past;
      };
    }

    private void commit() throws IOException {
      try {
        writer.commit();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }
  }

  /** [rotation-11] */
  @Test
  void anIdThatIsNullIsRefusedAtTheBeginning() throws Exception {
    JdbcRecordStore store = notesWithoutKey();
    put("'a'", sealed(oldKey(), "a", "text"));
    sql("INSERT INTO notes (id) VALUES (NULL)");
    assertTrue(rotation(store).run().isComplete(), "a row without an envelope is no record");
    put("NULL", new byte[1]);
    IOException refused = assertThrows(IOException.class, () -> rotation(store).run());
    assertTrue(refused.getMessage().contains("no key of notes: an id is NULL"), refused::toString);
  }

  /** Of two rows with the last id of a page the second one is in no list. [rotation-11] */
  @Test
  void anIdThatIsThereTwiceIsAProblemEvenWhereItIsListedOnce() throws Exception {
    JdbcRecordStore store = notesWithoutKey();
    int page = 128;
    for (int i = 1; i < page; i++) {
      put("'a" + i + "'", sealed(newKey(), "a" + i, "text"));
    }
    put("'b'", sealed(newKey(), "b", "text"));
    put("'b'", sealed(oldKey(), "b", "text that nobody lists"));
    sql("INSERT INTO notes (id) VALUES ('a1')");
    assertEquals(page, ids(store, null, page).size());
    RotationReport report = rotation(store).run();
    assertFalse(report.isComplete(), report::toString);
    assertEquals(List.of("b"), report.problems().stream().map(p -> p.id()).toList());
    String why = report.problems().get(0).message();
    assertTrue(why.contains("no key of notes: the id b is there twice"), why);
  }

  /** [rotation-12] */
  @Test
  void aCheckpointOfAnotherDatabaseIsRefused() throws Exception {
    Path file = directory.resolve("checkpoint");
    for (DataSource other : others()) {
      JdbcRecordStore there = notes(other, "TEXT");
      JdbcRecordStore here = notes("TEXT");
      put("'a'", sealed(oldKey(), "a", "text"));
      RotationListener dying =
          new RotationListener() {
            @Override
            public void onProgress(RotationProgress progress) {
              throw new IllegalStateException("the process ends here");
            }
          };
      Rotation ending = rotation(here).withCheckpoint(file).withListener(dying);
      assertThrows(IllegalStateException.class, ending::run);
      byte[] before = Files.readAllBytes(file);
      Rotation elsewhere = rotation(there).withCheckpoint(file);
      String refused = assertThrows(IllegalStateException.class, elsewhere::run).getMessage();
      assertTrue(refused.contains("of " + here.name() + " from"), refused);
      assertTrue(refused.contains("not of " + there.name() + " from"), refused);
      assertTrue(refused.contains("one store by two names, delete the file"), refused);
      assertArrayEquals(before, Files.readAllBytes(file));
      JdbcRecordStore again = JdbcRecordStore.of(database(), "notes", "id", "order");
      assertTrue(rotation(again).withCheckpoint(file).run().isComplete());
      assertFalse(Files.exists(file));
    }
  }

  /** [rotation-8] */
  @Test
  void replacesWhatWasReadAndNothingElse() throws Exception {
    JdbcRecordStore plain = notes("TEXT");
    for (RecordStore store : List.of(plain, plain.withVersionColumn("version"))) {
      sql("DELETE FROM notes");
      put("'a'", new byte[] {1});
      put("'other'", new byte[] {9});
      assertTrue(store.read("none").isEmpty());
      StoredRecord first = store.read("a").orElseThrow();
      assertTrue(store.replace("a", first, new byte[] {2}));
      assertArrayEquals(new byte[] {2}, store.read("a").orElseThrow().bytes());
      assertFalse(store.replace("a", first, new byte[] {3}), "it was replaced before");
      StoredRecord second = store.read("a").orElseThrow();
      write(new byte[] {4});
      assertFalse(store.replace("a", second, new byte[] {5}), "a writer came first");
      assertArrayEquals(new byte[] {4}, store.read("a").orElseThrow().bytes());
      StoredRecord third = store.read("a").orElseThrow();
      sql("DELETE FROM notes WHERE id = 'a'");
      assertFalse(store.replace("a", third, new byte[] {6}), "it is gone");
      assertTrue(store.read("a").isEmpty());
    }
  }

  /** A version sees what comparing bytes cannot: that they went away and came back. */
  @Test
  void aVersionIsComparedWhereThereIsOne() throws Exception {
    JdbcRecordStore store = notes("TEXT").withVersionColumn("version");
    put("'a'", new byte[] {1});
    StoredRecord first = store.read("a").orElseThrow();
    write(new byte[] {2});
    write(new byte[] {1});
    assertFalse(store.replace("a", first, new byte[] {3}));
  }

  /** [rotation-8] */
  @Test
  void ofManyWhoReplaceOneStateOneWins() throws Exception {
    JdbcRecordStore store = notes("TEXT");
    put("'a'", new byte[] {0, 0});
    int threads = 4;
    int rounds = 25;
    Callable<Integer> adding =
        () -> {
          for (int i = 0; i < rounds; ) {
            StoredRecord now = store.read("a").orElseThrow();
            int next = now.bytes()[1] + 1;
            if (store.replace("a", now, new byte[] {0, (byte) next})) {
              i++;
            }
          }
          return rounds;
        };
    var pool = Executors.newFixedThreadPool(threads);
    try {
      int sum = 0;
      for (var done : pool.invokeAll(Collections.nCopies(threads, adding))) {
        sum += done.get();
      }
      assertEquals(sum, store.read("a").orElseThrow().bytes()[1]);
    } finally {
      pool.shutdownNow();
    }
  }

  /** [rotation-8] */
  @Test
  void aTriggerThatChangesARecordIsNoticedAndUndone() throws Exception {
    JdbcRecordStore store = notes("TEXT");
    put("'a'", new byte[] {1, 2, 3});
    cutEachUpdate();
    StoredRecord now = store.read("a").orElseThrow();
    IOException refused =
        assertThrows(IOException.class, () -> store.replace("a", now, new byte[] {4, 5, 6}));
    assertTrue(refused.getMessage().contains("undone"), refused.getMessage());
    assertArrayEquals(new byte[] {1, 2, 3}, store.read("a").orElseThrow().bytes());
  }

  /** Whatever fails between the UPDATE and the end of the commit. [rotation-8] */
  @Test
  void aFailureAfterTheUpdateUndoesIt() throws Exception {
    JdbcRecordStore whole = notes("TEXT");
    put("'a'", new byte[] {1});
    StoredRecord now = whole.read("a").orElseThrow();
    // The first statement is the UPDATE; the second one reads back.
    for (var step : Map.of("prepareStatement", 2, "commit", 1).entrySet()) {
      DataSource failing =
          ChangedConnections.of(
              database(), real -> ChangedConnections.failing(real, step.getKey(), step.getValue()));
      JdbcRecordStore store = JdbcRecordStore.of(failing, "notes", "id", "order");
      assertThrows(
          IllegalStateException.class,
          () -> store.replace("a", now, new byte[] {2}),
          step::toString);
      assertArrayEquals(new byte[] {1}, whole.read("a").orElseThrow().bytes(), step::toString);
    }
  }

  @Test
  void connectionsThatDoNotCommitByThemselvesDo() throws Exception {
    JdbcRecordStore whole = notes("TEXT");
    put("'a'", sealed(oldKey(), "a", "text a"));
    DataSource manual =
        ChangedConnections.of(
            database(),
            real -> {
              real.setAutoCommit(false);
              return real;
            });
    RotationReport report = rotation(JdbcRecordStore.of(manual, "notes", "id", "order")).run();
    assertTrue(report.isComplete(), report::toString);
    assertEquals(EarlierChanges.ENDED, report.earlierChanges());
    assertEquals("text a", opened(newKey(), "a", whole.read("a").orElseThrow().bytes()));
  }

  /** [rotation-15] */
  @Test
  void whereTransactionsAreSeenNobodysWordIsTaken() throws Exception {
    JdbcRecordStore store = notes("TEXT").withTransactionsEnded();
    put("'a'", sealed(newKey(), "a", "text a"));
    try (Connection writer = database().getConnection()) {
      writer.setAutoCommit(false);
      insert(writer, "b", sealed(oldKey(), "b", "text b"));
      RotationReport report = rotation(store).run();
      assertEquals(EarlierChanges.OPEN, report.earlierChanges(), report::toString);
      assertFalse(report.isComplete(), report::toString);
    }
  }

  /** [rotation-8] */
  @Test
  void anIdThatCameTwiceMeanwhileIsRefusedAndNothingIsChanged() throws Exception {
    JdbcRecordStore plain = notesWithoutKey();
    for (byte second : new byte[] {1, 2}) { // both rows are changed, or the first one
      for (RecordStore store : List.of(plain, plain.withVersionColumn("version"))) {
        sql("DELETE FROM notes");
        put("'a'", new byte[] {1});
        StoredRecord now = store.read("a").orElseThrow();
        put("'a'", new byte[] {second});
        IOException refused =
            assertThrows(IOException.class, () -> store.replace("a", now, new byte[] {3}));
        assertTrue(refused.getMessage().contains("twice"), refused::toString);
        sql("DELETE FROM notes WHERE \"order\" = " + literal(second));
        if (second == 2) {
          assertArrayEquals(new byte[] {1}, store.read("a").orElseThrow().bytes());
        } else {
          assertTrue(store.read("a").isEmpty(), "both were as they had been");
        }
      }
    }
  }

  /** Asked for together with its bytes, which come only when they are wanted. */
  @Test
  void aRecordOverTheBoundIsNotReadAndReported() throws Exception {
    JdbcRecordStore whole = notes("TEXT");
    byte[] sealed = sealed(oldKey(), "a", "text");
    put("'a'", sealed);
    put("'b'", sealed(oldKey(), "b", "longer text"));
    for (JdbcRecordStore any : List.of(whole, whole.withVersionColumn("version"))) {
      JdbcRecordStore bounded = any.withLongest(sealed.length);
      assertArrayEquals(sealed, bounded.read("a").orElseThrow().bytes());
      IOException refused = assertThrows(IOException.class, () -> bounded.read("b"));
      assertEquals(
          "the record b has "
              + whole.read("b").orElseThrow().bytes().length
              + " bytes, over the store's bound of "
              + sealed.length
              + ": give the store a higher one (withLongest), or move this record by itself",
          refused.getMessage());
    }
    RotationReport report = rotation(whole.withLongest(sealed.length)).run();
    assertFalse(report.isComplete(), report::toString);
    assertEquals(List.of("b"), report.problems().stream().map(p -> p.id()).toList());
    assertEquals(1, report.moved());
    assertEquals("text", opened(newKey(), "a", whole.read("a").orElseThrow().bytes()));
    assertTrue(rotation(whole).run().isComplete());
    assertThrows(IllegalArgumentException.class, () -> whole.withLongest(0));
  }

  /** [rotation-8] */
  @Test
  void aRecordThatGrowsOverTheBoundStaysAsItWas() throws Exception {
    JdbcRecordStore store = notes("TEXT").withLongest(3);
    put("'a'", new byte[] {1, 2, 3});
    StoredRecord now = store.read("a").orElseThrow();
    assertThrows(IOException.class, () -> store.replace("a", now, new byte[4]));
    assertArrayEquals(now.bytes(), store.read("a").orElseThrow().bytes());
  }

  @Test
  void namesAreNamesAndNothingElse() {
    DataSource any = database();
    for (String name :
        List.of("", "a b", "a\"b", "a;b", "1a", "a.b.c", "é", "a-b", "a".repeat(64), "a'b")) {
      assertThrows(
          IllegalArgumentException.class, () -> JdbcRecordStore.of(any, name, "id", "data"), name);
      assertThrows(
          IllegalArgumentException.class, () -> JdbcRecordStore.of(any, "t", name, "data"), name);
      assertThrows(
          IllegalArgumentException.class, () -> JdbcRecordStore.of(any, "t", "id", name), name);
    }
    assertThrows(IllegalArgumentException.class, () -> JdbcRecordStore.of(any, "t", "a.b", "data"));
  }

  @Test
  void whatTheDatabaseSaysIsPassedOn() throws Exception {
    JdbcRecordStore store = notes("TEXT");
    sql("DROP TABLE notes");
    IOException refused = assertThrows(IOException.class, () -> store.read("a"));
    assertTrue(refused.getMessage().contains("notes"), refused.getMessage());
    assertThrows(IOException.class, () -> store.idsAfter(null));
    try (RecordStore.Ids ids = store.idsAfter("a")) {
      assertThrows(IOException.class, () -> ids.next(1));
    }
  }

  /** [rotation-11] */
  @Test
  void aRotationMovesAllRows() throws Exception {
    JdbcRecordStore store = notes("TEXT");
    for (int i = 0; i < 30; i++) {
      put("'r" + i + "'", sealed(oldKey(), "r" + i, "text " + i));
    }
    RotationReport report =
        Rotation.of(store, RotationKeys.rewrapping())
            .withThreads(4)
            .withSealedKeys(RotationKeys.sealedKeys(directory))
            .withCheckpoint(directory.resolve("checkpoint"))
            .run();
    assertTrue(report.isComplete(), report::toString);
    assertEquals(30, report.moved());
    for (int i = 0; i < 30; i++) {
      byte[] record = store.read("r" + i).orElseThrow().bytes();
      assertEquals("text " + i, opened(newKey(), "r" + i, record));
    }
  }
}
