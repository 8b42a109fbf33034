package dev.e2ee.internal.jca;

import dev.e2ee.internal.jca.ServiceTable.Row;
import java.util.List;

/** The services of types that the JDK 21 has, and 17 has not. */
final class LaterRows {
  private LaterRows() {}

  static List<Row> rows() {
    return KemRows.rows();
  }
}
