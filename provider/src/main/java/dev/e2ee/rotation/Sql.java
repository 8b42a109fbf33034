package dev.e2ee.rotation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What one database writes otherwise than another one.
 *
 * @param quote around a name; empty where it quotes nothing
 * @param length the function that tells how many bytes there are
 */
record Sql(String quote, String length) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  /** As the database of a connection writes it. */
  static Sql of(Connection connection) throws SQLException {
    // A blank where the database quotes nothing.
    String quote = connection.getMetaData().getIdentifierQuoteString().strip();
    // OCTET_LENGTH is the standard's; SQLite has it since 3.43.
    return new Sql(quote, Database.isSqlite(connection) ? "LENGTH" : "OCTET_LENGTH");
  }

  /**
   * A column's name, or a part of a table's.
   *
   * @throws IllegalArgumentException when it is none
   */
  static String check(String name) {
    if (!NAME.matcher(name).matches()) {
      throw noName(name);
    }
    return name;
  }

  /**
   * A table's name, with its schema's or without.
   *
   * @throws IllegalArgumentException when it is none
   */
  static String checkTable(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts.length > 2) {
      throw noName(name);
    }
    for (String part : parts) {
      String unused = check(part);
    }
    return name;
  }

  private static IllegalArgumentException noName(String name) {
    return new IllegalArgumentException(
        "the name of a table or column is 1 to 63 letters, digits and underscores, a table's with"
            + " one schema before it, not '"
            + name
            + "'; make a view with such names");
  }

  /** A name that was checked, as it is quoted. */
  String name(String name) {
    return String.join(".", List.of(name.split("\\.", -1)).stream().map(this::quoted).toList());
  }

  private String quoted(String part) {
    return quote + part + quote;
  }

  /** How many bytes there are in a column. */
  String length(String column) {
    return length + "(" + name(column) + ")";
  }
}
