package dev.e2ee.rotation;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.sqlite.SQLiteDataSource;

/** On SQLite, in a file. */
@Tag("no-engine")
class SqliteRecordStoreTest extends JdbcRecordStoreContract {
  @Override
  DataSource database() {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + directory.resolve("records.db"));
    return source;
  }

  @Override
  String bytesType() {
    return "BLOB";
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
