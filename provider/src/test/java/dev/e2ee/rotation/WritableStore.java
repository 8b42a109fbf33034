package dev.e2ee.rotation;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A store of a test that kills, by a text that the other processes are given, with its writers. */
interface WritableStore extends RecordStore {
  void put(String id, byte[] bytes) throws IOException;

  static WritableStore at(String where) throws IOException {
    return where.startsWith("/")
        ? new InDirectory(DirectoryRecordStore.open(Path.of(where)))
        : InTable.of(KeptConnections.of(Postgres.source(where)));
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
  record InTable(DataSource database, JdbcRecordStore real) implements WritableStore {
    static InTable of(DataSource database) {
      return new InTable(database, JdbcRecordStore.of(database, "notes", "id", "data"));
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

    @Override
    public String name() {
      return real.name();
    }

    @Override
    public Ids idsAfter(@Nullable String after) {
      return real.idsAfter(after);
    }

    @Override
    public Optional<StoredRecord> read(String id) throws IOException {
      return real.read(id);
    }

    @Override
    public boolean replace(String id, StoredRecord expected, byte[] fresh) throws IOException {
      return real.replace(id, expected, fresh);
    }
  }
}
