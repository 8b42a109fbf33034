package dev.e2ee.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken of the addresses that drivers understand: no secret, each of which is S3cret. */
@Tag("once")
@Tag("no-engine")
class DatabaseTest {
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
}
