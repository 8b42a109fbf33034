package dev.e2ee.internal.jca;

import dev.e2ee.internal.jca.ServiceTable.Row;
import java.util.List;

/**
 * The services of types that the JDK 17 has not: none here. The jar holds other versions of this
 * class, which later JDKs load: {@code src/main/java21} and {@code src/main/java25}.
 */
final class LaterRows {
  private LaterRows() {}

  static List<Row> rows() {
    return List.of();
  }
}
