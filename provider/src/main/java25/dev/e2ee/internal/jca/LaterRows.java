package dev.e2ee.internal.jca;

import dev.e2ee.internal.jca.ServiceTable.Row;
import dev.e2ee.internal.primitive.derive.Argon2idKdf;
import dev.e2ee.internal.primitive.derive.HkdfKdf;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The services of types that the JDK 25 has, and 17 has not. */
final class LaterRows {
  private LaterRows() {}

  static List<Row> rows() {
    Row argon2id =
        new Row("KDF", "Argon2id", Map.of(), Argon2idKdf.class, home -> Argon2idKdf.create());
    return Stream.of(KemRows.rows(), hkdf(), List.of(argon2id)).flatMap(List::stream).toList();
  }

  private static List<Row> hkdf() {
    return Stream.of(256, 384, 512)
        .map(
            bits ->
                new Row(
                    "KDF",
                    "HKDF-SHA" + bits,
                    Map.of(),
                    HkdfKdf.class,
                    home -> HkdfKdf.create(home.engine(), bits)))
        .toList();
  }
}
