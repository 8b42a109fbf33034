package dev.e2ee.rotation;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database, which is asked by one connection after the other; safe for use by many threads. */
final class Database {
  /** Its kind, an address, and parameters, or a description in parentheses. */
  private static final Pattern URL =
      Pattern.compile("(jdbc:[^:/@]*:)([^?;#=&(]*)(.*)", Pattern.DOTALL);

  private static final String SERVER = "([\\w.-]+|\\[[0-9a-fA-F:]+])(:[0-9]+)?";

  /** An address that names nobody. */
  private static final Pattern SERVERS =
      Pattern.compile("//" + SERVER + "(," + SERVER + ")*(/[^@]*)?");

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

  /**
   * Changes it in a transaction, which is undone unless the change says that all is as it should
   * be: also when it, or the commit, fails in any way. What fails first is told; where that is the
   * end of the transaction behind its commit, it is changed all the same.
   *
   * @param change whether to commit
   * @return false when nothing was changed: as the change says, or because another transaction was
   *     first
   */
  boolean change(String doing, Question<Boolean> change) throws IOException {
    return ask(
        doing,
        connection -> {
          try (Transaction transaction = new Transaction(connection)) {
            return transaction.commits(change);
          }
        });
  }

  /** Its end undoes what it has not committed, and leaves the connection as it was. */
  private static final class Transaction implements AutoCloseable {
    private final Connection connection;
    private final boolean before;
    private boolean committed;
    private @Nullable SQLException race;

    Transaction(Connection connection) throws SQLException {
      this.connection = connection;
      this.before = connection.getAutoCommit();
      connection.setAutoCommit(false);
    }

    boolean commits(Question<Boolean> change) throws SQLException, IOException {
      try {
        if (change.of(connection)) {
          connection.commit();
          committed = true;
        }
      } catch (SQLException e) {
        if (!String.valueOf(e.getSQLState()).startsWith("40")) {
          throw e;
        }
        race = e; // another transaction was first
      }
      return committed;
    }

    /** A rollback that fails is the end: to switch auto-commit on would commit. */
    @Override
    public void close() throws SQLException {
      if (!committed) {
        rollBack();
      }
      connection.setAutoCommit(before);
    }

    private void rollBack() throws SQLException {
      try {
        connection.rollback();
      } catch (SQLException e) {
        if (race == null) {
          throw e;
        }
        race.addSuppressed(e);
        throw race;
      }
    }
  }

  /** Whether this is a connection to SQLite. */
  static boolean isSqlite(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("SQLite");
  }

  /**
   * Which one it is: SQLite's files, with their whole paths; else the address by which it is
   * reached, the database and the schema there. Without user, password and parameters.
   */
  String name() throws IOException {
    return ask(
        "asking a database which one it is",
        connection ->
            isSqlite(connection)
                ? "SQLite " + files(connection)
                : Stream.of(
                        address(connection.getMetaData().getURL()),
                        connection.getCatalog(),
                        connection.getSchema())
                    .map(part -> part == null ? "-" : part)
                    .collect(Collectors.joining(", ")));
  }

  /** With those that are attached. */
  private static List<String> files(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA database_list")) {
      List<String> files = new ArrayList<>();
      while (rows.next()) {
        files.add(rows.getString("file"));
      }
      return files;
    }
  }

  /**
   * What a database's URL says of where it is, without what it says of who comes and how. Drivers
   * have forms of their own: an address that may end within a password is left out.
   */
  static @Nullable String address(@Nullable String url) {
    Matcher parts = URL.matcher(String.valueOf(url));
    if (!parts.matches()) {
      return null;
    }
    String address = parts.group(2);
    boolean cut = parts.group(3).contains("@") && !SERVERS.matcher(address).matches();
    return parts.group(1) + (cut ? "" : address.substring(address.lastIndexOf('@') + 1));
  }
}
