package dev.e2ee.internal.jca;

import dev.e2ee.internal.jca.ServiceTable.Row;
import dev.e2ee.internal.primitive.curve.DhKem;
import java.util.List;
import java.util.Map;

/** The services of type {@code KEM}. */
final class KemRows {
  private KemRows() {}

  static List<Row> rows() {
    return List.of(
        new Row("KEM", "DHKEM", Map.of(), DhKem.class, home -> new DhKem(home.engine())));
  }
}
