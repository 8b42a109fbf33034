package dev.e2ee.rotation;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Whether the transactions have ended that had begun to write before some moment, as PostgreSQL and
 * SQLite tell. Of another database nothing is known.
 */
final class OpenTransactions {
  private static final String OWN = "SELECT txid_current()";
  private static final String OLDEST = "SELECT txid_snapshot_xmin(txid_current_snapshot())";
  private static final int SQLITE_BUSY = 5;

  private OpenTransactions() {}

  /** Marks this moment. */
  static RecordStore.Mark mark(Database database) throws IOException {
    String product =
        asked(database, connection -> connection.getMetaData().getDatabaseProductName());
    return switch (product) {
      case "PostgreSQL" -> {
        // Whoever has written anything has a lower number than a transaction that begins now, and
        // keeps it as long as it is open, or prepared.
        long own = asked(database, connection -> number(connection, OWN));
        yield () -> asked(database, connection -> number(connection, OLDEST)) >= own;
      }
      case "SQLite" -> () -> asked(database, OpenTransactions::hasNoWriter);
      default -> RecordStore.Mark.PAST;
    };
  }

  private static <T> T asked(Database database, Database.Question<T> question) throws IOException {
    return database.ask("asking for open transactions", question);
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      boolean unused = rows.next();
      return rows.getLong(1);
    }
  }

  /** SQLite has one writer at a time: as long as one is at work nobody else can begin. */
  private static boolean hasNoWriter(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("ROLLBACK");
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == SQLITE_BUSY) {
        return false;
      }
      throw e;
    }
  }
}
