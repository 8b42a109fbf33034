package dev.e2ee.rotation;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;

/** Tables with records, in a database that is tried. */
abstract class JdbcTables {
  @TempDir Path directory;

  /** An empty database, or one whose tables the last test has left. */
  abstract DataSource database();

  /** The type of a column of bytes. */
  abstract String bytesType();

  void sql(String... statements) throws SQLException {
    sql(database(), statements);
  }

  static void sql(DataSource database, String... statements) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  JdbcRecordStore notes(String idType) throws SQLException {
    return notes(database(), idType);
  }

  JdbcRecordStore notes(DataSource database, String idType) throws SQLException {
    sql(
        database,
        "DROP TABLE IF EXISTS notes",
        "CREATE TABLE notes (id "
            + idType
            + " PRIMARY KEY, \"order\" "
            + bytesType()
            + ", version INTEGER NOT NULL DEFAULT 0)");
    return JdbcRecordStore.of(database, "notes", "id", "order"); // a reserved word
  }

  void put(String literal, byte[] bytes) throws SQLException {
    try (Connection connection = database().getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO notes (id, \"order\") VALUES (" + literal + ", ?)")) {
      statement.setBytes(1, bytes);
      statement.executeUpdate();
    }
  }

  void write(byte[] bytes) throws SQLException {
    write(bytes, "version = version + 1, ");
  }

  void write(byte[] bytes, String besides) throws SQLException {
    try (Connection connection = database().getConnection();
        PreparedStatement statement =
            connection.prepareStatement("UPDATE notes SET " + besides + "\"order\" = ?")) {
      statement.setBytes(1, bytes);
      statement.executeUpdate();
    }
  }

  static List<String> ids(RecordStore store, String after, int page) throws IOException {
    List<String> all = new ArrayList<>();
    try (RecordStore.Ids ids = store.idsAfter(after)) {
      for (List<String> some = ids.next(page); !some.isEmpty(); some = ids.next(page)) {
        all.addAll(some);
      }
    }
    return all;
  }

  JdbcRecordStore notesWithoutKey() throws SQLException {
    JdbcRecordStore store = notes("TEXT");
    sql(
        "DROP TABLE notes",
        "CREATE TABLE notes (id TEXT, \"order\" "
            + bytesType()
            + ", version INTEGER NOT NULL DEFAULT 0)");
    return store;
  }

  Rotation rotation(RecordStore store) throws Exception {
    return Rotation.of(store, RotationKeys.rewrapping())
        .withSealedKeys(RotationKeys.sealedKeys(directory));
  }

  static void insert(Connection writer, String id, byte[] bytes) throws SQLException {
    try (PreparedStatement statement =
        writer.prepareStatement("INSERT INTO notes (id, \"order\") VALUES (?, ?)")) {
      statement.setString(1, id);
      statement.setBytes(2, bytes);
      statement.executeUpdate();
    }
  }
}
