package dev.e2ee.rotation;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Records in a table of a database: a row each, its envelope in one column. Tested on PostgreSQL
 * and SQLite; the SQL is that of any database that knows {@code LIMIT}. Immutable; safe for use by
 * many threads, each of which needs a connection of the {@link DataSource}, and the one that lists
 * another.
 *
 * <p>A record is replaced by one {@code UPDATE} that names the old bytes, or the old version, in
 * its {@code WHERE}: whatever the isolation level, the database runs it against the row as it is
 * when it is locked, so that nothing that was written meanwhile is overwritten. The new bytes are
 * read back in the same transaction, and a column that cuts them undoes it. A conflict that the
 * database reports (SQLState class 40) is a lost race. So writers of the application may use any
 * SQL they like; they need this class for nothing. What is durable when a transaction has been
 * committed is the database's setting (PostgreSQL: {@code synchronous_commit}).
 *
 * <p>On another database, as on those that speak PostgreSQL's protocol, open transactions cannot be
 * seen, and what they hold may be under an old key: see {@link #withTransactionsEnded}. Nor can
 * those of another server, where the table is one of several (Citus) or foreign.
 *
 * <p>A row whose envelope is NULL is no record. The id column must be a key of the table (primary,
 * or unique and not null), so that its order is that of the index and has no ties: a list of all
 * ids is refused when one is NULL, and a record whose id is there twice cannot be read.
 *
 * <p>Its name, for the checkpoint, has the database: the files of SQLite; else the server, with its
 * port, as the connection's URL has it, the database and the schema that the connection is in,
 * without user, password and parameters. A server that is reached by another of its names is
 * another store, whose checkpoint is refused; one that took over the name of another is not told
 * from it.
 */
public final class JdbcRecordStore implements RecordStore {
  /** The longest record in bytes, unless another bound is given: 64 MiB. */
  public static final int LONGEST = 64 << 20;

  /** What an id is in the database. */
  public enum IdType {
    /** A text, as it is. */
    TEXT,
    /** An integer of up to 64 bits, in decimal digits. */
    INTEGER,
    /** A column of the type UUID, in the usual form. */
    UUID
  }

  private final Database database;
  private final String table;
  private final String id;
  private final String data;
  private final @Nullable String version;
  private final IdType idType;
  private final int longest;
  private final boolean transactionsEnded;

  private JdbcRecordStore(
      Database database,
      String table,
      String id,
      String data,
      @Nullable String version,
      IdType idType,
      int longest,
      boolean transactionsEnded) {
    this.database = database;
    this.table = table;
    this.id = id;
    this.data = data;
    this.version = version;
    this.idType = idType;
    this.longest = longest;
    this.transactionsEnded = transactionsEnded;
  }

  /**
   * The rows of a table, with ids that are texts.
   *
   * <p>Names are 1 to 63 of the letters, digits and underscores of ASCII, the table's with its
   * schema's and a dot before it where it needs one. They are quoted: written as the database has
   * them, which is in lower case in PostgreSQL unless somebody has quoted them before.
   *
   * @param database gives connections to the primary, not to a replica that lags; with a user who
   *     may SELECT and UPDATE
   * @param idColumn a key of the table
   * @param dataColumn the envelope: BYTEA, BLOB or the like
   * @throws IllegalArgumentException for another name
   */
  public static JdbcRecordStore of(
      DataSource database, String table, String idColumn, String dataColumn) {
    return new JdbcRecordStore(
        new Database(database),
        Sql.checkTable(table),
        Sql.check(idColumn),
        Sql.check(dataColumn),
        null,
        IdType.TEXT,
        LONGEST,
        false);
  }

  /**
   * With a column that every writer counts up with each change, an integer: compared in place of
   * the whole envelope. A writer that forgets it once may lose its change.
   *
   * @throws IllegalArgumentException for a name that is none
   */
  public JdbcRecordStore withVersionColumn(String column) {
    return new JdbcRecordStore(
        database, table, id, data, Sql.check(column), idType, longest, transactionsEnded);
  }

  /** With ids of another type; a record's id is the text of it. */
  public JdbcRecordStore withIdType(IdType type) {
    Objects.requireNonNull(type, "type");
    return new JdbcRecordStore(
        database, table, id, data, version, type, longest, transactionsEnded);
  }

  /**
   * With records of up to so many bytes. Each thread of a rotation needs some four times as much
   * memory; a longer record is not read, and reported.
   *
   * @throws IllegalArgumentException for a number below 1
   */
  public JdbcRecordStore withLongest(int longest) {
    if (longest < 1) {
      throw new IllegalArgumentException("a record has 1 byte and more");
    }
    return new JdbcRecordStore(
        database, table, id, data, version, idType, longest, transactionsEnded);
  }

  /**
   * With the caller's word that every transaction that was open, or prepared, when the last writer
   * got the new key has ended before a run begins. It is asked for where a database does not show
   * them, which is any but PostgreSQL itself and SQLite: without it no run is complete there, and
   * with it {@linkplain RotationReport#earlierChanges the report} says what it rests on. Where they
   * are seen it changes nothing. When it is not so, a record that was committed later may stay
   * under an old key that was called free.
   */
  public JdbcRecordStore withTransactionsEnded() {
    return new JdbcRecordStore(database, table, id, data, version, idType, longest, true);
  }

  /** With the database: see above. */
  @Override
  public String name() throws IOException {
    return rows() + ", of the database " + database.name();
  }

  private String rows() {
    return "the column " + data + " of the table " + table + ", by " + id;
  }

  /** Work with a connection. */
  private interface Work<T> {
    T with(Connection connection, Sql sql) throws SQLException, IOException;
  }

  private <T> T connected(String doing, Work<T> work) throws IOException {
    return database.ask(
        doing + " in " + rows(), connection -> work.with(connection, Sql.of(connection)));
  }

  private void setId(PreparedStatement statement, int index, String value)
      throws SQLException, IOException {
    try {
      switch (idType) {
        case TEXT -> statement.setString(index, value);
        case INTEGER -> statement.setLong(index, Long.parseLong(value));
        case UUID -> statement.setObject(index, UUID.fromString(value));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "'"
              + value
              + "' is no id of the type "
              + idType
              + " in "
              + rows()
              + "; when it comes of a checkpoint, delete that file",
          e);
    }
  }

  /**
   * Of PostgreSQL and SQLite, whose transactions it can see. Of another database, and of one that
   * speaks PostgreSQL's protocol, it is never past, but {@linkplain #withTransactionsEnded by the
   * caller's word}.
   */
  @Override
  public Mark mark() throws IOException {
    Mark mark = OpenTransactions.mark(database);
    return mark == Mark.UNSEEN && transactionsEnded ? Mark.SAID_TO_BE_PAST : mark;
  }

  // Keyset pagination: a page is where the last one ended, whatever came or went before it.
  @Override
  public Ids idsAfter(@Nullable String after) throws IOException {
    if (after == null) {
      refuseNull();
    }
    return new Ids() {
      private @Nullable String last = after;

      @Override
      public List<String> next(int most) throws IOException {
        List<String> page = page(last, most);
        last = page.isEmpty() ? last : page.get(page.size() - 1);
        return page;
      }

      @Override
      public void close() {}
    };
  }

  /** No condition finds them again, so they would not all be listed. [rotation-11] */
  private void refuseNull() throws IOException {
    connected(
        "looking at the ids",
        (connection, sql) -> {
          String text =
              "SELECT 1 FROM "
                  + sql.name(table)
                  + " WHERE "
                  + sql.name(id)
                  + " IS NULL AND "
                  + sql.name(data)
                  + " IS NOT NULL LIMIT 1";
          try (PreparedStatement statement = connection.prepareStatement(text);
              ResultSet rows = statement.executeQuery()) {
            if (rows.next()) {
              throw noKey("an id is NULL");
            }
            return true;
          }
        });
  }

  private IOException noKey(String why) {
    return new IOException(
        id + " is no key of " + table + ": " + why + "; name a column that is a key");
  }

  private List<String> page(@Nullable String after, int most) throws IOException {
    return connected(
        "listing records",
        (connection, sql) -> {
          String text =
              "SELECT "
                  + sql.name(id)
                  + " FROM "
                  + sql.name(table)
                  + " WHERE "
                  + sql.name(id)
                  + (after == null ? " IS NOT NULL AND " : " > ? AND ")
                  + sql.name(data)
                  + " IS NOT NULL ORDER BY "
                  + sql.name(id)
                  + " LIMIT "
                  + most;
          try (PreparedStatement statement = connection.prepareStatement(text)) {
            if (after != null) {
              setId(statement, 1, after);
            }
            try (ResultSet rows = statement.executeQuery()) {
              List<String> ids = new ArrayList<>();
              while (rows.next()) {
                ids.add(rows.getString(1));
              }
              return ids;
            }
          }
        });
  }

  @Override
  public Optional<StoredRecord> read(String record) throws IOException {
    return connected("reading a record", (connection, sql) -> read(connection, sql, record));
  }

  private Optional<StoredRecord> read(Connection connection, Sql sql, String record)
      throws SQLException, IOException {
    String length = sql.length(data);
    // The length says at once whether the bytes come: drivers take a row into memory as a whole.
    String text =
        "SELECT "
            + length
            + (", CASE WHEN " + length + " <= " + longest + " THEN " + sql.name(data) + " END")
            + (version == null ? "" : ", " + sql.name(version))
            + " FROM "
            + sql.name(table)
            + " WHERE "
            + sql.name(id)
            + " = ? AND "
            + sql.name(data)
            + " IS NOT NULL";
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      setId(statement, 1, record);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        byte[] bytes = rows.getBytes(2);
        if (bytes == null) {
          throw tooLong(record, rows.getLong(1));
        }
        StoredRecord found = new StoredRecord(bytes, version == null ? bytes : rows.getLong(3));
        // A list may leave out all but one of them, and one would be taken for the other.
        if (rows.next()) { // [rotation-11]
          throw noKey("the id " + record + " is there twice");
        }
        return Optional.of(found);
      }
    }
  }

  private IOException tooLong(String record, long length) {
    return new IOException(
        "the record "
            + record
            + " has "
            + length
            + " bytes, over the store's bound of "
            + longest
            + ": give the store a higher one (withLongest), or move this record by itself");
  }

  // [rotation-8]
  @Override
  public boolean replace(String record, StoredRecord expected, byte[] fresh) throws IOException {
    return database.change(
        "replacing the record " + record + " in " + rows(),
        connection -> replaced(connection, Sql.of(connection), record, expected, fresh));
  }

  private boolean replaced(
      Connection connection, Sql sql, String record, StoredRecord expected, byte[] fresh)
      throws SQLException, IOException {
    int changed = update(connection, sql, record, expected, fresh);
    if (changed == 0) {
      return false;
    }
    Optional<StoredRecord> now = read(connection, sql, record);
    if (now.isPresent() && Arrays.equals(now.get().bytes(), fresh)) {
      return true;
    }
    throw new IOException(
        "what was written to the record "
            + record
            + " did not stay as it was given, and was undone: its column may be too short, or a"
            + " trigger changes it");
  }

  private int update(
      Connection connection, Sql sql, String record, StoredRecord expected, byte[] fresh)
      throws SQLException, IOException {
    String counted =
        version == null ? "" : ", " + sql.name(version) + " = " + sql.name(version) + " + 1";
    String text =
        "UPDATE "
            + sql.name(table)
            + " SET "
            + sql.name(data)
            + " = ?"
            + counted
            + " WHERE "
            + sql.name(id)
            + " = ? AND "
            + sql.name(version == null ? data : version)
            + " = ?";
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      statement.setBytes(1, fresh);
      setId(statement, 2, record);
      if (version == null) {
        statement.setBytes(3, expected.bytes());
      } else {
        statement.setLong(3, (Long) expected.version());
      }
      return statement.executeUpdate();
    }
  }
}
