package dev.e2ee.rotation;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;

/** A database, which is asked by one connection after the other; safe for use by many threads. */
final class Database {
  private final DataSource connections;

  Database(DataSource connections) {
    this.connections = Objects.requireNonNull(connections, "database");
  }

  /** What is asked, by one connection. */
  interface Question<T> {
    T of(Connection connection) throws SQLException, IOException;
  }

  /**
   * Asks it.
   *
   * @param doing what for, the beginning of a message
   * @throws IOException when it fails, with what it said
   */
  <T> T ask(String doing, Question<T> question) throws IOException {
    try (Connection connection = connections.getConnection()) {
      return question.of(connection);
    } catch (SQLException e) {
      throw new IOException(
          doing + ": " + e.getMessage() + " (SQLState " + e.getSQLState() + ")", e);
    }
  }
}
