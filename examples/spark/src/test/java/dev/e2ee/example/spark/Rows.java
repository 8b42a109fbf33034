package dev.e2ee.example.spark;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The rows of a data set by their ids, none of which is there twice. */
final class Rows {
  private final Map<String, Row> rows = new TreeMap<>();

  private Rows() {}

  static Rows read(SparkSession spark, String path) {
    Rows all = new Rows();
    for (Row row : spark.read().parquet(path).collectAsList()) {
      if (all.rows.putIfAbsent(row.getAs("id"), row) != null) {
        throw new AssertionError(row + " is there twice");
      }
    }
    return all;
  }

  Set<String> ids() {
    return rows.keySet();
  }

  Row row(String id) {
    return Objects.requireNonNull(rows.get(id), id);
  }

  byte[] record(String id) {
    return row(id).getAs("record");
  }

  /** What is in the columns beside the record. */
  List<Object> others(String id) {
    return Stream.of("title", "written", "day", "price", "tags", "place")
        .map(row(id)::<Object>getAs)
        .toList();
  }
}
