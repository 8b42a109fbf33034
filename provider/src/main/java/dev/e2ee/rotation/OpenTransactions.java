package dev.e2ee.rotation;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/**
 * Whether the transactions have ended that had begun to write before some moment, as PostgreSQL and
 * SQLite tell. Of another database nothing is known. [rotation-15]
 */
final class OpenTransactions {
  /**
   * What PostgreSQL itself says that it is, on any system and from any packager. Its driver calls
   * everything so that speaks its protocol; others name themselves within it, or instead.
   */
  private static final Pattern POSTGRESQL =
      Pattern.compile(
          "PostgreSQL [0-9.]+((devel|alpha|beta|rc)[0-9]*)?( \\([^()]*\\))?( on [^ ,]+)?,"
              + " compiled by .+, (32|64)-bit");

  private static final String OWN = "SELECT txid_current()";
  private static final String OLDEST = "SELECT txid_snapshot_xmin(txid_current_snapshot())";
  private static final int SQLITE_BUSY = 5;

  private OpenTransactions() {}

  /** Marks this moment: {@link RecordStore.Mark#UNSEEN} where nothing is known. */
  static RecordStore.Mark mark(Database database) throws IOException {
    String product =
        asked(database, connection -> connection.getMetaData().getDatabaseProductName());
    return switch (product) {
      case "PostgreSQL" -> {
        if (!isPostgresql(asked(database, connection -> text(connection, "SELECT version()")))) {
          yield RecordStore.Mark.UNSEEN;
        }
        // Whoever has written anything has a lower number than a transaction that begins now, and
        // keeps it as long as it is open, or prepared.
        long own = asked(database, connection -> number(connection, OWN));
        yield () -> asked(database, connection -> number(connection, OLDEST)) >= own;
      }
      case "SQLite" -> () -> asked(database, OpenTransactions::hasNoWriter);
      default -> RecordStore.Mark.UNSEEN;
    };
  }

  /** Whether a server that says that it is of this version is PostgreSQL, and not like it. */
  static boolean isPostgresql(String version) {
    return POSTGRESQL.matcher(version).matches();
  }

  private static <T> T asked(Database database, Database.Question<T> question) throws IOException {
    return database.ask("asking for open transactions", question);
  }

  private static long number(Connection connection, String query) throws SQLException {
    return Long.parseLong(text(connection, query));
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      boolean unused = rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  /** SQLite has one writer at a time: as long as one is at work nobody else can begin. */
  private static boolean hasNoWriter(Connection connection) throws SQLException {
    boolean before = connection.getAutoCommit();
    connection.setAutoCommit(true); // else its driver has begun a transaction already
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("ROLLBACK");
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == SQLITE_BUSY) {
        return false;
      }
      throw e;
    } finally {
      connection.setAutoCommit(before);
    }
  }
}
