package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.cli.io.Exit;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code e2ee rotate} over a directory, and over databases by drivers that are named. */
class RotateTest {
  private static final Path SQLITE = Path.of("target/drivers/sqlite.jar").toAbsolutePath();
  private static final Path H2 = Path.of("target/drivers/h2.jar").toAbsolutePath();

  @TempDir Path home;
  private Cli cli;
  private Path records;

  @BeforeEach
  void makeKeys() throws IOException {
    cli = new Cli(home).initRaw();
    records = Files.createDirectory(home.resolve("records"));
  }

  private byte[] sealed(String user, String type, String id) {
    byte[] text = (user + "'s " + id).getBytes(StandardCharsets.UTF_8);
    return cli.feed(text, "seal", "--user", user, "--type", type, "--id", id).exits(0).out();
  }

  private void opens(String user, String type, String id, byte[] envelope) {
    Cli.Result opened = cli.feed(envelope, "open", "--user", user, "--type", type, "--id", id);
    assertEquals(user + "'s " + id, opened.exits(0).text());
  }

  private int generation(byte[] envelope) throws IOException {
    JsonNode info = cli.feed(envelope, "inspect", "--json", "-").exits(0).json();
    return info.get(0).get("generation").asInt();
  }

  private Cli.Result rotate(String... more) {
    List<String> words = new ArrayList<>(List.of("rotate", records.toString(), "--json"));
    words.addAll(List.of(more));
    return cli.run(words.toArray(String[]::new));
  }

  private static void counts(JsonNode result, boolean complete, int moved, int failures) {
    assertEquals(complete, result.get("complete").asBoolean(), result::toPrettyString);
    assertEquals(moved, result.get("moved").asInt(), result::toPrettyString);
    assertEquals(failures, result.get("failures").asInt(), result::toPrettyString);
    assertEquals(failures, result.get("failed").size(), result::toPrettyString);
  }

  private JsonNode key(int generation) throws IOException {
    for (JsonNode key : cli.run("key", "list", "--json").exits(0).json()) {
      if (key.get("generation").asInt() == generation) {
        return key;
      }
    }
    throw new AssertionError("no generation " + generation);
  }

  @Test
  void aDirectoryWithIdsFromThePathsUntilTheOldKeyCanBeRetired() throws IOException {
    for (String id : List.of("a", "sub/b", "sub/deep/\u00e4")) {
      cli.write("records/" + id + ".e2ee", sealed("ann", "note", id));
    }
    cli.run("key", "rotate", "default").exits(0);
    String[] context = {"--user", "ann", "--type", "note", "--id-from-record", "--threads", "3"};
    JsonNode moved = rotate(context).exits(0).json();
    counts(moved, true, 3, 0);
    assertEquals(key(1).get("id"), moved.get("freed").get(0));
    assertEquals(key(2).get("id"), moved.get("current"));
    counts(rotate(context).exits(0).json(), true, 0, 0);
    cli.run("key", "retire", "default", "--generation", "1", "--yes").exits(0);
    for (String id : List.of("a", "sub/b", "sub/deep/\u00e4")) {
      byte[] envelope = Files.readAllBytes(records.resolve(id + ".e2ee"));
      assertEquals(2, generation(envelope));
      opens("ann", "note", id, envelope);
    }
    JsonNode after = rotate(context).exits(0).json();
    counts(after, true, 0, 0);
    assertTrue(after.get("freed").isEmpty(), "a retired generation is none to move from");
  }

  @Test
  void thePatternTellsWhoseRecordsTheyAre() throws IOException {
    cli.write("records/ann/note/1.e2ee", sealed("ann", "note", "1"));
    cli.write("records/bob/file/x/2.e2ee", sealed("bob", "file", "x/2"));
    cli.run("key", "rotate", "default").exits(0);
    String pattern = "(?<user>[^/]+)/(?<type>[^/]+)/(?<id>.+)[.]e2ee";
    counts(rotate("--id-pattern", pattern).exits(0).json(), true, 2, 0);
    opens("bob", "file", "x/2", Files.readAllBytes(records.resolve("bob/file/x/2.e2ee")));
    cli.write("records/other", sealed("ann", "note", "1"));
    JsonNode failed = rotate("--id-pattern", pattern).exits(8).json();
    counts(failed, false, 0, 1);
    assertEquals("NO_CONTEXT", failed.get("failed").get(0).get("reason").asText());
  }

  /** Nothing is tried, and no folder for locks is made. */
  @Test
  void withoutAWordOnTheContextNothingIsTried() throws IOException {
    byte[] sealed = cli.feed(new byte[1], "seal").exits(0).out();
    cli.write("records/1", sealed);
    cli.run("key", "rotate", "default").exits(0);
    Cli.Result refused = rotate().exits(2);
    assertTrue(refused.err().contains("--id-from-record"), refused.err());
    assertTrue(refused.err().contains("--aad ''"), refused.err());
    assertEquals(List.of("1"), Cli.names(records));
    counts(rotate("--aad", "").exits(0).json(), true, 1, 0);
    assertEquals(2, generation(Files.readAllBytes(records.resolve("1"))));
  }

  @Test
  void whatARecordWasTakenForIsTold() throws IOException {
    cli.write("records/ann/1.e2ee", sealed("ann", "note", "1"));
    cli.run("key", "rotate", "default").exits(0);
    String[] whole = {"--type", "note", "--id-pattern", "(?<user>[^/]+)/(?<id>.+)"};
    String err = rotate(whole).exits(8).err();
    assertTrue(err.contains("--user 'ann' --type 'note' --id '1.e2ee'. 'e2ee seal' puts"), err);
    assertTrue(err.contains("[.]e2ee"), err);
    String[] byPath = {"--type", "note", "--user", "ann", "--id-from-record"};
    String below = rotate(byPath).exits(8).err();
    assertTrue(below.contains("--id 'ann/1'. If it was sealed for another record"), below);
    assertTrue(below.contains("the directory that its id begins below"), below);
  }

  /** Its writers would not see the locks of the rotation. */
  @Test
  void aDirectoryBelowWithLocksOfItsOwnIsTakenByItself() throws IOException {
    cli.write("records/notes/1.e2ee", sealed("ann", "note", "1"));
    String[] context = {"--user", "ann", "--type", "note", "--id-from-record"};
    String notes = records.resolve("notes").toString();
    cli.run("rotate", notes, "--user", "ann", "--type", "note", "--id-from-record").exits(0);
    byte[] before = Files.readAllBytes(records.resolve("notes/1.e2ee"));
    cli.run("key", "rotate", "default").exits(0);
    String err = rotate(context).exits(Exit.IO.code()).err();
    assertTrue(err.contains(notes + "/.e2ee holds the locks"), err);
    assertTrue(err.contains("take " + notes + " by itself"), err);
    assertArrayEquals(before, Files.readAllBytes(records.resolve("notes/1.e2ee")));
  }

  @Test
  void whatCannotBeMovedIsLeftAndNamed() throws IOException {
    byte[] good = sealed("ann", "note", "good");
    Path altered = cli.write("records/altered", Cli.withBitFlipped(good, good.length - 1));
    byte[] before = Files.readAllBytes(altered);
    cli.write("records/good", good);
    cli.write("records/plain", "no envelope");
    cli.run("key", "rotate", "default").exits(0);
    Cli.Result result =
        cli.run(
            "rotate", records.toString(), "--user", "ann", "--type", "note", "--id-from-record");
    result.exits(8);
    assertTrue(result.text().startsWith("Moved 1, passes 2. Not complete: 2 stay"), result.text());
    assertTrue(result.err().contains("e2ee: altered: "), result.err());
    assertTrue(result.err().contains("e2ee: plain: "), result.err());
    assertFalse(result.text().contains("retire"), result.text());
    assertArrayEquals(before, Files.readAllBytes(altered));
    assertEquals(2, generation(Files.readAllBytes(records.resolve("good"))));
  }

  @Test
  void toAnotherKeyOfAnotherStoreSealedAnew() throws IOException {
    byte[] old = cli.feed(new byte[100], "seal", "--aad", "x").exits(0).out();
    cli.write("records/1", old);
    String other = home.resolve("other.e2ee").toString();
    cli.run("init", "--raw", "--keys", other).exits(0);
    cli.run("key", "generate", "records", "--keys", other).exits(0);
    String[] target = {"--aad", "x", "--to-keys", other, "--to-key", "records", "--reencrypt"};
    counts(rotate(target).exits(0).json(), true, 1, 0);
    byte[] fresh = Files.readAllBytes(records.resolve("1"));
    assertFalse(
        java.util.Arrays.equals(
            old, old.length - 100, old.length, fresh, fresh.length - 100, fresh.length));
    assertArrayEquals(
        new byte[100], cli.feed(fresh, "open", "--aad", "x", "--keys", other).exits(0).out());
  }

  @Test
  void theBarCountsOnATerminal() throws IOException {
    for (int i = 0; i < 3; i++) {
      cli.write("records/" + i, sealed("ann", "note", "" + i));
    }
    cli.run("key", "rotate", "default").exits(0);
    cli.onTerminal();
    Cli.Result result = rotate("--user", "ann", "--type", "note", "--id-from-record").exits(0);
    assertTrue(result.err().contains("rotate 100%"), result.err());
    assertTrue(result.err().contains("3/3"), result.err());
  }

  @Test
  void whereThereIsNoRecordNoKeyIsFree() throws IOException {
    cli.run("key", "rotate", "default").exits(0);
    JsonNode result = rotate("--aad", "x").exits(8).json();
    counts(result, false, 0, 0);
    assertTrue(result.get("freed").isEmpty(), result::toPrettyString);
    Cli.Result words = cli.run("rotate", records.toString(), "--aad", "x").exits(8);
    assertTrue(words.text().contains("there is no record at all"), words.text());
  }

  @Test
  void aCheckpointIsGoneAtTheEndAndAnotherFileIsNotTakenForOne() throws IOException {
    cli.write("records/1", sealed("ann", "note", "1"));
    cli.run("key", "rotate", "default").exits(0);
    Path other = cli.write("other", "a letter");
    String[] context = {"--user", "ann", "--type", "note", "--id", "1", "--checkpoint", ""};
    context[context.length - 1] = other.toString();
    assertTrue(rotate(context).exits(7).err().contains("is no checkpoint"));
    assertEquals("a letter", Files.readString(other));
    Path checkpoint = home.resolve("checkpoint");
    context[context.length - 1] = checkpoint.toString();
    counts(rotate(context).exits(0).json(), true, 1, 0);
    assertFalse(Files.exists(checkpoint));
  }

  /** Work with the database that the command is given. */
  private interface Work {
    void with(Connection database) throws IOException, SQLException;
  }

  private void sqlite(Work work) throws IOException, SQLException {
    work(SQLITE, url(), work);
  }

  private static void work(Path driverJar, String url, Work work) throws IOException, SQLException {
    try (URLClassLoader jar = new URLClassLoader(new URL[] {driverJar.toUri().toURL()})) {
      for (Driver driver : ServiceLoader.load(Driver.class, jar)) {
        if (driver.acceptsURL(url)) {
          try (Connection database = driver.connect(url, new Properties())) {
            work.with(database);
          }
        }
      }
    }
  }

  private String url() {
    return "jdbc:sqlite:" + home.resolve("records.db");
  }

  @Test
  void aTableByADriverThatIsNamed() throws IOException, SQLException {
    sqlite(this::fill);
    cli.run("key", "rotate", "default").exits(0);
    String[] words =
        table(
            url(),
            "--driver",
            SQLITE.toString(),
            "--id-column",
            "n",
            "--user",
            "ann",
            "--type",
            "note",
            "--id-from-record",
            "--json");
    usage(
        "there is no column m of a table t",
        table(url(), "--driver", SQLITE.toString(), "--id-column", "m"));
    counts(cli.run(words).exits(0).json(), true, 3, 0);
    List<byte[]> found = new ArrayList<>();
    sqlite(database -> read(database, found));
    assertEquals(3, found.size());
    for (int i = 0; i < 3; i++) {
      assertEquals(2, generation(found.get(i)));
      opens("ann", "note", "" + i, found.get(i));
    }
  }

  /** [rotation-15] */
  @Test
  void whereOpenTransactionsCannotBeSeenNoKeyIsFreeWithoutAWord() throws IOException, SQLException {
    String url = "jdbc:h2:file:" + home.resolve("records") + ";DATABASE_TO_UPPER=false";
    work(H2, url, this::fill);
    cli.run("key", "rotate", "default").exits(0);
    List<String> words =
        new ArrayList<>(
            List.of(table(url, "--driver", H2.toString(), "--id-column", "n", "--user", "ann")));
    words.addAll(List.of("--type", "note", "--id-from-record"));
    String held = cli.run(words.toArray(String[]::new)).exits(8).text();
    assertTrue(held.startsWith("Moved 3, passes 2. Not complete: open transactions"), held);
    assertTrue(held.contains("run it again with --transactions-ended"), held);
    assertFalse(held.contains("retire"), held);
    words.add("--json");
    JsonNode unseen = cli.run(words.toArray(String[]::new)).exits(8).json();
    counts(unseen, false, 0, 0);
    assertEquals("UNSEEN", unseen.get("earlierTransactions").asText());
    assertTrue(unseen.get("freed").isEmpty());
    words.add("--transactions-ended");
    JsonNode said = cli.run(words.toArray(String[]::new)).exits(0).json();
    counts(said, true, 0, 0);
    assertEquals("SAID_TO_HAVE_ENDED", said.get("earlierTransactions").asText());
    assertEquals(key(1).get("id"), said.get("freed").get(0));
    words.remove("--json");
    String text = cli.run(words.toArray(String[]::new)).exits(0).text();
    assertTrue(text.contains("\nThis rests on your --transactions-ended: "), text);
    assertTrue(text.contains("e2ee key retire default --generation 1 --yes"), text);
  }

  private void fill(Connection database) throws SQLException {
    try (Statement plain = database.createStatement()) {
      plain.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, d BLOB)");
    }
    try (PreparedStatement insert = database.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      for (int i = 0; i < 3; i++) {
        insert.setInt(1, i);
        insert.setBytes(2, sealed("ann", "note", "" + i));
        insert.execute();
      }
    }
  }

  private static void read(Connection database, List<byte[]> into) throws SQLException {
    try (Statement plain = database.createStatement();
        ResultSet rows = plain.executeQuery("SELECT d FROM t ORDER BY n")) {
      while (rows.next()) {
        into.add(rows.getBytes(1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://host/db?user=ann&password=tiger",
        "jdbc:mysql://ann:tiger@host/db",
        "jdbc:oracle:thin:ann/tiger@//host/db",
        "jdbc:sqlserver://host;password=tiger"
      })
  void aPasswordInTheUrlIsRefusedAndNotRepeated(String url) {
    Cli.Result result = cli.run("rotate", url, "--table", "t", "--data-column", "d").exits(2);
    assertTrue(result.err().contains("--db-password-file"), result.err());
    assertFalse(result.err().contains("tiger"), result.err());
  }

  private void usage(String expected, String... words) {
    Cli.Result result = cli.run(words).exits(2);
    assertTrue(result.err().contains(expected), result.err());
  }

  @Test
  void optionsThatDoNotGoTogether() throws IOException {
    String tree = records.toString();
    usage("is no directory", "rotate", home.resolve("nowhere").toString());
    usage("begins with jdbc:", "rotate", tree, "--table", "t");
    usage("begins with jdbc:", "rotate", tree, "--transactions-ended");
    usage("--table and --data-column", "rotate", "jdbc:postgresql:x", "--table", "t");
    usage("no JDBC driver here takes jdbc:other:", table("jdbc:other:secret"));
    usage("there is no file", table("jdbc:x:y", "--driver", "missing.jar"));
    usage("needs its user", table("jdbc:postgresql:x", "--db-password-fd", "5"));
    usage("1 to 63 letters", table(url(), "--driver", SQLITE.toString(), "--id-column", "a b"));
    usage("--id-from-record needs --user", "rotate", tree, "--id-from-record");
    usage("not both", "rotate", tree, "--id-from-record", "--id-pattern", "(?<id>.+)");
    usage("no regular expression", "rotate", tree, "--id-pattern", "(");
    usage("needs groups", "rotate", tree, "--id-pattern", ".+");
    usage("go together", "rotate", tree, "--id-pattern", "(?<id>.+)");
    usage("one does", "rotate", tree, "--id-pattern", "(?<id>.+)", "--id", "7");
    usage("1 to 256 threads", "rotate", tree, "--aad", "x", "--threads", "0");
    usage("one record a day", "rotate", tree, "--aad", "x", "--rate", "0");
  }

  private static String[] table(String url, String... more) {
    List<String> words =
        new ArrayList<>(List.of("rotate", url, "--table", "t", "--data-column", "d"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void aDatabaseThatIsNotReachedIsTold() {
    Cli.Result result =
        cli.run(table("jdbc:postgresql://127.0.0.1:1/x", "--db-user", "ann")).exits(7);
    assertTrue(result.err().contains("the database cannot be reached: "), result.err());
  }
}
