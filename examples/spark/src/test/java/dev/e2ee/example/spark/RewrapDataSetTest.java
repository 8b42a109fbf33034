package dev.e2ee.example.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.rotation.RecordFunction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example over real Parquet files and a real key file, in Spark's local mode. */
class RewrapDataSetTest {
  private static Path home;
  private static Notes notes;
  private static SparkSession spark;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException, GeneralSecurityException {
    home = folder;
    notes = Notes.in(home);
    Files.createDirectory(home.resolve("events"));
    spark =
        SparkSession.builder()
            .master("local[2,3]") // two tasks at a time, each tried three times
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            // Each file is a task's.
            .config("spark.sql.files.maxPartitionBytes", "1m")
            // All that Spark writes can be looked through.
            .config("spark.local.dir", home.resolve("local").toString())
            .config("spark.cleaner.referenceTracking", false)
            .config("spark.shuffle.compress", false)
            .config("spark.sql.parquet.compression.codec", "uncompressed")
            .config("spark.eventLog.enabled", true)
            .config("spark.eventLog.compress", false)
            .config("spark.eventLog.dir", home.resolve("events").toUri().toString())
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static RewrapDataSet program(String keys, RecordFunction.Contexts contexts) {
    return new RewrapDataSet(
        spark, RecordFunction.rewrapping(new CustodyKeys(keys, "records"), contexts));
  }

  private static RewrapDataSet.Result run(String from, String to) throws IOException {
    return program(notes.keys(), RewrapDataSet::context).run(from, to);
  }

  private static Rows read(String path) {
    return Rows.read(spark, path);
  }

  /** The file of a data set whose name starts so. */
  private static Path file(String dataSet, String start) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(dataSet))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(start))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void assertAllMoved(Rows before, Rows after) throws GeneralSecurityException {
    assertEquals(before.ids(), after.ids());
    for (String id : after.ids()) {
      assertMoved(id, before, after);
    }
  }

  private static void assertMoved(String id, Rows before, Rows after)
      throws GeneralSecurityException {
    byte[] record = after.record(id);
    RecordContext context = RewrapDataSet.context(id);
    try (Envelope old = Envelope.with(notes.oldKey());
        Envelope fresh = Envelope.with(notes.newKey())) {
      assertEquals(Notes.TEXT + id, new String(fresh.open(record, context), UTF_8));
      assertThrows(WrongKeyException.class, () -> old.open(record, context), id);
    }
    assertEquals(before.others(id), after.others(id), id);
  }

  @Test
  void everyRecordMovesAndTheOtherColumnsStay() throws Exception {
    String from = notes.write(spark, "all", notes.rows(3000));
    String to = notes.path("all-2");
    RewrapDataSet.Result result = run(from, to);
    assertEquals(new RewrapDataSet.Result(3000, 0, 0, 0), result);
    assertTrue(result.isComplete());
    Rows moved = read(to);
    assertAllMoved(read(from), moved);

    String again = notes.path("all-3");
    assertEquals(result, run(to, again));
    Rows twice = read(again);
    for (String id : moved.ids()) {
      assertArrayEquals(moved.record(id), twice.record(id), id);
    }
  }

  /** Rows of which each but the last has a fault. */
  private static List<Row> faulty() throws GeneralSecurityException {
    byte[] damaged = Notes.sealed(notes.oldKey(), "ann/damaged");
    damaged[damaged.length - 1] ^= 1;
    try (UserMasterKey foreign = Notes.anyKey()) {
      return List.of(
          Notes.row("ann/foreign", Notes.sealed(foreign, "ann/foreign")),
          Notes.row("ann/damaged", damaged),
          Notes.row("ann/swapped", Notes.sealed(notes.oldKey(), "ann/other")),
          Notes.row("nobodys", Notes.sealed(notes.oldKey(), "ann/nobodys")),
          Notes.row("ann/text", "hello".getBytes(UTF_8)),
          Notes.row("ann/good", Notes.sealed(notes.oldKey(), "ann/good")));
    }
  }

  @Test
  void whatCannotMoveStaysByteForByteAndIsReported() throws Exception {
    String from = notes.write(spark, "faulty", faulty());
    String to = notes.path("faulty-2");
    RewrapDataSet.Result result = run(from, to);
    assertEquals(new RewrapDataSet.Result(6, 5, 0, 0), result);
    assertFalse(result.isComplete());
    Rows before = read(from);
    Rows after = read(to);
    Rows problems = read(to + "-problems");
    assertEquals(
        Map.of(
            "ann/foreign", "OTHER_KEY",
            "ann/damaged", "NOT_AUTHENTIC",
            "ann/swapped", "NOT_AUTHENTIC",
            "nobodys", "NO_CONTEXT",
            "ann/text", "MALFORMED"),
        problems.ids().stream()
            .collect(Collectors.toMap(id -> id, id -> problems.row(id).getAs("reason"))));
    for (String id : problems.ids()) {
      assertArrayEquals(before.record(id), after.record(id), id);
      assertEquals(before.others(id), after.others(id), id);
      assertFalse(problems.row(id).<String>getAs("message").isBlank(), id);
    }
    assertMoved("ann/good", before, after);
  }

  /** As it is when the key is rotated again before the records are looked at. */
  @Test
  @Tag("once")
  void aRecordUnderAnOlderKeyIsAProblem() throws Exception {
    String from = notes.write(spark, "older", notes.rows(3));
    List<String> reasons =
        spark
            .read()
            .parquet(from)
            .mapPartitions(
                new RecordsOfTask.FindProblems(
                    RecordFunction.rewrapping(
                        new CustodyKeys(notes.keys(), "records"), RewrapDataSet::context)),
                Encoders.row(StructType.fromDDL(RewrapDataSet.PROBLEM)))
            .collectAsList()
            .stream()
            .map(row -> row.<String>getAs("reason"))
            .toList();
    assertEquals(List.of("NOT_MOVED", "NOT_MOVED", "NOT_MOVED"), reasons);
  }

  @Test
  @Tag("once")
  void aRowWithoutARecordStays() throws Exception {
    List<Row> rows =
        List.of(Notes.row("ann/0", Notes.sealed(notes.oldKey(), "ann/0")), withoutRecord("ann/1"));
    String from = notes.write(spark, "gaps", rows);
    assertEquals(new RewrapDataSet.Result(2, 0, 0, 0), run(from, notes.path("gaps-2")));
    Row after = read(notes.path("gaps-2")).row("ann/1");
    assertTrue(after.isNullAt(1));
    assertEquals("title of ann/1", after.getAs("title"));
  }

  @Test
  @Tag("once")
  void anEmptyDataSetSaysNothing() throws Exception {
    String from = notes.write(spark, "empty", List.of());
    RewrapDataSet.Result result = run(from, notes.path("empty-2"));
    assertEquals(new RewrapDataSet.Result(0, 0, 0, 0), result);
    assertFalse(result.isComplete());
  }

  private static Row withoutRecord(String id) {
    Row row = Notes.row(id, new byte[0]);
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == 1 ? null : row.get(i);
    }
    return RowFactory.create(values);
  }

  /** Fails in the middle of a partition, twice; the third attempt of a task is the last one. */
  private record Stumbling() implements RecordFunction.Contexts {
    static final AtomicInteger TIMES = new AtomicInteger();

    @Override
    public RecordContext of(String id) {
      if (id.equals(Notes.id(150)) && TaskContext.get().attemptNumber() < 2) {
        TIMES.incrementAndGet();
        throw new AssertionError("stumbled, as the test asks");
      }
      return RewrapDataSet.context(id);
    }
  }

  @Test
  void aTaskThatFailsInTheMiddleIsTriedAgainAndItsKeysAreClosed() throws Exception {
    String from = notes.write(spark, "stumbling", notes.rows(600));
    String to = notes.path("stumbling-2");
    RewrapDataSet.Result result = program(notes.watchedKeys(), new Stumbling()).run(from, to);
    assertEquals(4, Stumbling.TIMES.get(), "twice while it moves, twice while it looks");
    assertEquals(new RewrapDataSet.Result(600, 0, 0, 0), result);
    assertAllMoved(read(from), read(to));
    assertFalse(Files.exists(Path.of(to, "_temporary")));
    // Three tasks that move, three that look, and one attempt more for each that stumbles. Spark
    // begins another attempt when the last one has failed (TaskSetManager; speculation, which
    // would begin one beside it, is off): whatever else lets one fail makes one more.
    int attempts = WatchedCustody.ATTEMPTS.size();
    assertTrue(attempts >= 3 + 3 + 4, () -> "" + attempts);
    assertEquals(attempts, WatchedCustody.OPENED.get(), "each attempt opens its keys once");
    assertEquals(attempts, WatchedCustody.CLOSED.get(), "and closes them");
  }

  /**
   * Somebody who uses the old data set meanwhile: while its records move, a file comes to it, and
   * while the new ones are looked at, another one goes.
   */
  private record Meddling(String from) implements RecordFunction.Contexts {
    static final AtomicInteger TIMES = new AtomicInteger();

    @Override
    public RecordContext of(String id) {
      if (id.equals(Notes.id(0))) {
        try {
          if (TIMES.incrementAndGet() == 1) {
            Path first = file(from, "part-00000");
            Files.copy(first, first.resolveSibling("more.parquet"));
          } else {
            Files.delete(file(from, "part-00002"));
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return RewrapDataSet.context(id);
    }
  }

  @Test
  @Tag("once")
  void rowsThatSomebodyAddsOrDeletesMeanwhileAreMissed() throws Exception {
    String from = notes.write(spark, "meddled", notes.rows(60));
    RewrapDataSet.Result result =
        program(notes.keys(), new Meddling(from)).run(from, notes.path("meddled-2"));
    assertEquals(new RewrapDataSet.Result(60, 0, 20, 20), result);
    assertFalse(result.isComplete());
  }

  @Test
  @Tag("once")
  void nothingIsWrittenOverAndNothingIsBegunThatCannotBeEnded() throws Exception {
    String from = notes.write(spark, "kept", notes.rows(6));
    String to = notes.path("kept-2");
    assertThrows(AnalysisException.class, () -> run(from, from));
    Files.createDirectory(Path.of(to + "-problems"));
    assertThrows(IllegalStateException.class, () -> run(from, to));
    Files.delete(Path.of(to + "-problems"));
    String maps = notes.path("maps");
    spark.read().parquet(from).selectExpr("*", "map(id, title) AS m").write().parquet(maps);
    assertThrows(AnalysisException.class, () -> run(maps, to));
    String texts = notes.path("texts");
    spark.read().parquet(from).selectExpr("id", "title AS record").write().parquet(texts);
    assertThrows(IllegalArgumentException.class, () -> run(texts, to));
    assertFalse(Files.exists(Path.of(to)));
    assertEquals(6, read(from).ids().size());
  }

  @Test
  @Tag("once")
  void noColumnAndNoFileIsPassedOverInSilence() throws Exception {
    String from = notes.write(spark, "mixed", notes.rows(6));
    List<Row> other = List.of(Notes.row("ann/6", Notes.sealed(notes.oldKey(), "ann/6")));
    String more = notes.write(spark, "more", other);
    String wider = notes.path("wider");
    spark.read().parquet(more).coalesce(1).selectExpr("*", "7 AS seven").write().parquet(wider);
    Files.copy(file(wider, "part-"), Path.of(from, "wider.parquet"));
    String to = notes.path("mixed-2");
    assertEquals(new RewrapDataSet.Result(7, 0, 0, 0), run(from, to));
    assertEquals(7, read(to).row("ann/6").<Integer>getAs("seven"));
    Files.writeString(Path.of(from, "broken.parquet"), "broken");
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", true);
    assertThrows(SparkException.class, () -> run(from, notes.path("mixed-3")));
    spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
  }

  @Test
  @Tag("once")
  void noKeyNoPassphraseAndNoTextLiesInWhatSparkSendsAndWrites() throws Exception {
    String from = notes.write(spark, "secrets", notes.rows(60));
    assertTrue(run(from, notes.path("secrets-2")).isComplete());
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
      out.writeObject(
          new RecordsOfTask.Move(
              RecordFunction.rewrapping(
                  new CustodyKeys(notes.keys(), "records"), RewrapDataSet::context)));
    }
    Path closure = Files.write(home.resolve("closure"), sent.toByteArray());
    for (String place : List.of("local", "events", "secrets", "secrets-2", "secrets-2-problems")) {
      assertEquals(List.of(), Traces.in(home.resolve(place)).of(notes.secrets()), place);
    }
    assertEquals(List.of(), Traces.in(closure).of(notes.secrets()));
    // What is there is found.
    assertFalse(Traces.in(closure).of(List.of("passphrase-source=file:")).isEmpty());
    assertFalse(Traces.in(home.resolve("local")).of(List.of("title of ann/17")).isEmpty());
    assertFalse(Traces.in(home.resolve("secrets-2")).of(List.of("title of ann/17")).isEmpty());
    assertFalse(Traces.in(home.resolve("events")).of(List.of("SparkListenerTaskEnd")).isEmpty());
    assertFalse(Traces.in(home.resolve("passphrase")).of(notes.secrets()).isEmpty());
  }

  /** README's command, in a process of its own, with the key file's own scheme. */
  private static ReadmeCommand runAsReadmeSays(String from, String to) throws Exception {
    return ReadmeCommand.run(
        "RewrapDataSet", Map.of("FROM", from, "TO", to, "KEYS", notes.keys()), home);
  }

  @Test
  @Tag("once")
  void readmesCommandEndsWithZeroWhenTheOldDataSetIsNoLongerNeeded() throws Exception {
    String from = notes.write(spark, "process", notes.rows(60));
    String to = notes.path("process-2");
    ReadmeCommand run = runAsReadmeSays(from, to);
    assertEquals(0, run.exit(), run.out());
    assertTrue(run.out().contains("the 60 rows of " + from + ", and each record opens"), run.out());
    assertAllMoved(read(from), read(to));
    assertFalse(run.out().contains(Notes.PASSPHRASE), run.out());
  }

  @Test
  @Tag("once")
  void readmesCommandEndsWithOneWhenItIs() throws Exception {
    String from = notes.write(spark, "faulty-process", faulty());
    ReadmeCommand run = runAsReadmeSays(from, notes.path("faulty-process-2"));
    assertEquals(1, run.exit(), run.out());
    assertTrue(run.out().contains(from + " IS STILL NEEDED: of the 6 rows"), run.out());
    assertTrue(run.out().contains("5 have a record that is as it was"), run.out());
  }
}
