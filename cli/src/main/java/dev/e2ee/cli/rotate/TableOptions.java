package dev.e2ee.cli.rotate;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.secret.PassphraseSource;
import dev.e2ee.rotation.JdbcRecordStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the records of a database are, and how it is reached. */
public final class TableOptions {
  /** A parameter, or before the server's name, as in the URLs of MySQL and of Oracle. */
  private static final Pattern PASSWORD =
      Pattern.compile("(?i)[?&;](password|pwd|pass)=|//[^/?@]*:[^/?@]*@|:[^:/?@]+/[^:/?@]+@");

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "The table, with its schema and a dot before it where it needs one.")
  @Nullable String table;

  @Option(names = "--id-column", paramLabel = "NAME", description = "Its key column. Default: id")
  @Nullable String idColumn;

  @Option(
      names = "--id-type",
      paramLabel = "TYPE",
      description = "Type of the ids: ${COMPLETION-CANDIDATES}. Default: as the table has it.")
  JdbcRecordStore.@Nullable IdType idType;

  @Option(
      names = "--data-column",
      paramLabel = "NAME",
      description = "The column with the envelopes.")
  @Nullable String dataColumn;

  @Option(
      names = "--version-column",
      paramLabel = "NAME",
      description = {
        "A column that every writer counts up with each change: compared in place of the",
        "whole envelope."
      })
  @Nullable String versionColumn;

  @Option(names = "--db-user", paramLabel = "NAME", description = "The database's user.")
  @Nullable String user;

  @Option(
      names = "--db-password-file",
      paramLabel = "FILE",
      description = {
        "Read the user's password from FILE. Without it the driver does as it does: that",
        "of PostgreSQL reads ~/.pgpass."
      })
  @Nullable Path passwordFile;

  @Option(
      names = "--db-password-fd",
      paramLabel = "N",
      description = "Read it from the open file descriptor N.")
  @Nullable Integer passwordDescriptor;

  @Option(
      names = "--driver",
      paramLabel = "JAR",
      description = "The database's JDBC driver. PostgreSQL's is here without it.")
  List<Path> drivers = List.of();

  @Option(
      names = "--transactions-ended",
      description = {
        "You say that every transaction that was open, or prepared, when the last writer got the new"
            + " key has ended.",
        "For a database other than PostgreSQL and SQLite, whose open transactions cannot be seen."
      })
  boolean transactionsEnded;

  /** Whether an option was given that is for a database. */
  boolean given() {
    return table != null
        || idColumn != null
        || idType != null
        || dataColumn != null
        || versionColumn != null
        || user != null
        || passwordFile != null
        || passwordDescriptor != null
        || transactionsEnded
        || !drivers.isEmpty();
  }

  /**
   * Opens a database.
   *
   * @param url begins with {@code jdbc:}
   * @param threads how many work with it, beside the one that lists
   * @param other where the key store's secret comes from
   * @throws Failure USAGE for an address that holds a password, and for options that are missing;
   *     IO when it cannot be reached
   */
  Database open(String url, int threads, PassphraseSource other) throws IOException {
    if (PASSWORD.matcher(url).find()) {
      throw Failure.usage(
          "a password is never an argument, where other users can see it",
          "Take it out of the URL, and give --db-user NAME and --db-password-file FILE.");
    }
    if (table == null || dataColumn == null) {
      throw Failure.usage("a database needs --table and --data-column", "");
    }
    char[] password = password(other);
    try {
      return Database.open(url, drivers, threads + 1, user, password);
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /** The password; empty when none was given. */
  private char[] password(PassphraseSource other) {
    if (passwordFile == null && passwordDescriptor == null) {
      return new char[0];
    }
    if (user == null) {
      throw Failure.usage("a password needs its user: --db-user NAME", "");
    }
    PassphraseSource source =
        PassphraseSource.of("--db-password", passwordFile, passwordDescriptor, "");
    if (source.clashesWith(other)) {
      throw Failure.usage("key store and database need a descriptor each", "");
    }
    return source.read();
  }

  /**
   * The rows of the table.
   *
   * @throws Failure USAGE when it has no such column: SQLite would take its name for a text
   */
  JdbcRecordStore rows(Database database) {
    String named = String.valueOf(table);
    String data = String.valueOf(dataColumn);
    String id = idColumn == null ? "id" : idColumn;
    try {
      JdbcRecordStore store = JdbcRecordStore.of(database.connections(), named, id, data);
      JdbcRecordStore.IdType found = database.typeOf(named, id);
      JdbcRecordStore.IdType unused = database.typeOf(named, data);
      if (versionColumn != null) {
        unused = database.typeOf(named, versionColumn);
      }
      store = store.withIdType(idType == null ? found : idType);
      store = transactionsEnded ? store.withTransactionsEnded() : store;
      return versionColumn == null ? store : store.withVersionColumn(versionColumn);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "");
    }
  }
}
