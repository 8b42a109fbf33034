package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteDataSource;

/** On SQLite, in a file. */
@Tag("once")
@Tag("no-engine")
class SqliteRecordStoreTest extends JdbcRecordStoreContract {
  @Override
  DataSource database() {
    return database(directory.resolve("records.db"));
  }

  private static DataSource database(Path file) {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  @Override
  List<DataSource> others() {
    return List.of(database(directory.resolve("others.db")));
  }

  /** Whatever folder a program was started in. */
  @Test
  void aFileHasOneNameFromEachFolder() throws Exception {
    Path file = directory.resolve("records.db");
    Path way = Path.of("").toAbsolutePath().relativize(file);
    assertEquals(
        notes("TEXT").name(), JdbcRecordStore.of(database(way), "notes", "id", "order").name());
    assertTrue(notes("TEXT").name().endsWith(" SQLite [" + file.toRealPath() + "]"));
  }

  @Override
  String bytesType() {
    return "BLOB";
  }

  /** In a column without a type an integer is no text, and nobody is told. [rotation-14] */
  @Test
  void recordsWhoseIdsAreOfAnotherTypeAreNotTakenForDeleted() throws Exception {
    JdbcRecordStore store = notes("");
    put("7", sealed(oldKey(), "7", "text"));
    RotationReport report = rotation(store).run();
    assertFalse(report.isComplete(), report::toString);
    assertEquals(RefusedRecordException.Reason.STORE, report.problems().get(0).reason());
    assertTrue(rotation(store.withIdType(JdbcRecordStore.IdType.INTEGER)).run().isComplete());
  }

  /** Its primary keys may be NULL. [rotation-11] */
  @Test
  void aKeyThatIsNullIsRefused() throws Exception {
    JdbcRecordStore store = notes("TEXT");
    put("NULL", new byte[1]);
    IOException refused = assertThrows(IOException.class, () -> store.idsAfter(null));
    assertTrue(refused.getMessage().contains("NULL"), refused.getMessage());
  }

  /** What the database takes for one id is one, whatever Java says. [rotation-11] */
  @Test
  void idsThatDifferInCaseAloneMayBeOne() throws Exception {
    JdbcRecordStore store = notes("TEXT");
    sql("DROP TABLE notes", "CREATE TABLE notes (id TEXT COLLATE NOCASE, \"order\" BLOB)");
    put("'a'", sealed(oldKey(), "a", "text"));
    put("'A'", sealed(oldKey(), "A", "text"));
    RotationReport report = rotation(store).run();
    assertEquals(List.of(2L, 0L), List.of(report.lastPass().problems(), report.moved()));
  }

  @Override
  String literal(byte value) {
    return "x'" + HexFormat.of().toHexDigits(value) + "'";
  }

  @Override
  void cutEachUpdate() throws SQLException {
    sql(
        """
        CREATE TRIGGER cutting AFTER UPDATE OF "order" ON notes
        WHEN length(NEW."order") > 1
        BEGIN
          UPDATE notes SET "order" = substr(NEW."order", 1, 1) WHERE id = NEW.id;
        END
        """);
  }
}
