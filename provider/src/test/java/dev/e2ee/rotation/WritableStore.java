package dev.e2ee.rotation;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A store of a test that kills, by a text that the other processes are given, with its writers. */
interface WritableStore extends RecordStore {
  void put(String id, byte[] bytes) throws IOException;

  static WritableStore at(String where) throws IOException {
    return where.startsWith("/")
        ? new InDirectory(DirectoryRecordStore.open(Path.of(where)))
        : new InTable(KeptConnections.of(Postgres.source(where)));
  }

  /** Files in a directory. */
  final class InDirectory extends MeddlingStore implements WritableStore {
    InDirectory(DirectoryRecordStore real) {
      super(real);
    }

    @Override
    public void put(String id, byte[] bytes) throws IOException {
      real.put(id, bytes);
    }
  }

  /** Rows in PostgreSQL, whose writers know nothing of a rotation. */
  final class InTable extends DelegatingStore<JdbcRecordStore> implements WritableStore {
    private final DataSource database;

    InTable(DataSource database) {
      super(JdbcRecordStore.of(database, "notes", "id", "data"));
      this.database = database;
    }

    @Override
    public void put(String id, byte[] bytes) throws IOException {
      try (Connection connection = database.getConnection();
          PreparedStatement update =
              connection.prepareStatement("UPDATE notes SET data = ? WHERE id = ?")) {
        update.setBytes(1, bytes);
        update.setString(2, id);
        if (update.executeUpdate() != 1) {
          throw new IOException("the record " + id + " is gone");
        }
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }
  }
}
