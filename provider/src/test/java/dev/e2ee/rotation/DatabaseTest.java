package dev.e2ee.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteDataSource;

/**
 * What is taken of the addresses that drivers understand: no secret, each of which is S3cret. And
 * what is told of a change that failed.
 */
@Tag("once")
@Tag("no-engine")
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class DatabaseTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql:notes | jdbc:postgresql:notes
          jdbc:postgresql://h:5/notes?user=ann&password=S3cret | jdbc:postgresql://h:5/notes
          jdbc:postgresql://h/notes?user=ann@h&password=S3cret | jdbc:postgresql://h/notes
          jdbc:postgresql://h:5,[::1]:6/notes?password=S3@cret | jdbc:postgresql://h:5,[::1]:6/notes
          jdbc:mysql://ann:S3cret@h:5/notes?x=y | jdbc:mysql:h:5/notes
          jdbc:mysql://ann:S3@cret@h:5/notes | jdbc:mysql:h:5/notes
          jdbc:mysql://ann:S3;cret@h:5/notes | jdbc:mysql:
          jdbc:mysql://ann:S3?cret@h:5/notes | jdbc:mysql:
          jdbc:mysql://ann:S3@;cret@h:5/notes | jdbc:mysql:
          jdbc:mysql://ann:S=3cret@h:5/notes | jdbc:mysql:
          jdbc:mysql://a:S3cret@h,b:S3cret@i/notes | jdbc:mysql:i/notes
          jdbc:mysql://(host=h,password=S3cret)/notes | jdbc:mysql://
          jdbc:mysql://address=(host=h)(password=S3cret)/notes | jdbc:mysql://address
          jdbc:sqlserver://h:5;databaseName=notes;password=S3cret | jdbc:sqlserver://h:5
          jdbc:sqlserver://h:5;user=ann@h;password=S3cret | jdbc:sqlserver://h:5
          jdbc:oracle:thin:ann/S3cret@//h:5/notes | jdbc:oracle://h:5/notes
          jdbc:oracle:thin:ann/S3?cret@//h:5/notes | jdbc:oracle:
          jdbc:db2://h:5/notes:password=S3cret;user=ann; | jdbc:db2://h:5/notes:password
          jdbc:h2:file:/data/notes;PASSWORD=S3cret | jdbc:h2:file:/data/notes
          """)
  void anAddressTellsWhereAndNotWhoComes(String url, String told) {
    assertEquals(told, Database.address(url));
  }

  @Test
  void whatIsNoAddressIsNotTold() {
    assertNull(Database.address(null));
    assertNull(Database.address("ann:S3cret@h"));
    assertNull(Database.address("jdbc://ann:S3cret@h"));
  }

  /** Of a connection that has broken there is nothing to undo, and the driver says so as well. */
  @Test
  void theFirstErrorIsToldAndTheOneOfTheRollbackWithIt() {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + directory.resolve("records.db"));
    Database database = new Database(source);
    for (Throwable first :
        List.of(
            new IllegalStateException("first"),
            new AssertionError("first"),
            new IOException("first"),
            new SQLException("first", "08006"),
            new SQLException("first", "40001"))) { // which is no error where all else goes well
      Throwable told =
          assertThrows(
              Throwable.class,
              () ->
                  database.change(
                      "changing",
                      connection -> {
                        connection.close();
                        throw thrown(first);
                      }));
      if (first instanceof SQLException sql) {
        assertEquals("changing: first (SQLState " + sql.getSQLState() + ")", told.getMessage());
        told = told.getCause();
      }
      assertSame(first, told);
      assertEquals(1, first.getSuppressed().length, first::toString);
      assertInstanceOf(SQLException.class, first.getSuppressed()[0]);
    }
  }

  private static SQLException thrown(Throwable one) throws IOException {
    if (one instanceof IOException io) {
      throw io;
    }
    if (one instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (one instanceof Error error) {
      throw error;
    }
    return (SQLException) one;
  }
}
