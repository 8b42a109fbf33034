package dev.e2ee.example.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Makes a data set to try {@link RewrapDataSet} with: notes of ann, sealed under a custody's key.
 */
public final class FirstDataSet {
  private static final String COLUMNS =
      RecordsOfTask.ID + " STRING, " + RecordsOfTask.RECORD + " BINARY, title STRING";

  private FirstDataSet() {}

  /** Runs it: {@code TO KEYS NAME ROWS}. The exit code is 2 for other arguments. */
  public static void main(String[] args) throws InvalidKeyException, IOException {
    if (args.length != 4 || !args[3].matches("[1-9][0-9]{0,5}")) {
      System.err.println("usage: FirstDataSet TO KEYS-URI KEY-NAME ROWS, which are 1 to 999999");
      System.exit(2);
    }
    List<Row> rows = rows(args[1], args[2], Integer.parseInt(args[3]));
    try (SparkSession spark = SparkSession.builder().appName("FirstDataSet").getOrCreate()) {
      spark.createDataFrame(rows, StructType.fromDDL(COLUMNS)).write().parquet(args[0]);
    }
    System.out.println(args[0] + " has " + rows.size() + " rows.");
  }

  private static List<Row> rows(String uri, String name, int number) throws InvalidKeyException {
    List<Row> rows = new ArrayList<>();
    try (KeyCustody keys =
        Custodies.installed().open(CustodyUri.parse(uri), CustodyOptions.defaults())) {
      keys.unlock();
      try (Envelope envelope = Envelope.with(keys.find(name))) {
        for (int i = 1; i <= number; i++) {
          String id = "ann/" + i;
          byte[] note = ("This is note " + i).getBytes(UTF_8);
          byte[] record = envelope.seal(note, RewrapDataSet.context(id));
          rows.add(RowFactory.create(id, record, "title of " + id));
        }
      }
    }
    return rows;
  }
}
