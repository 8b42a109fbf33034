package dev.e2ee.example.spark;

import dev.e2ee.envelope.RecordContext;
import dev.e2ee.rotation.RecordFunction;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Moves the records of a Parquet data set to another key. Nothing is changed in place: it writes a
 * new data set, reads that back, and says whether the old one is still needed.
 */
public final class RewrapDataSet {
  /** The columns of the data set with the problems. */
  static final String PROBLEM = "id STRING, reason STRING, message STRING";

  private final SparkSession spark;
  private final RecordFunction function;

  /** With a record function, which Spark serialises. */
  RewrapDataSet(SparkSession spark, RecordFunction function) {
    this.spark = spark;
    this.function = function;
    // Dates and times go through a row as they are, those before 1582 too.
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
  }

  /**
   * Runs it: {@code FROM TO KEYS NAME}. The exit code is 0 when FROM is no longer needed, 1 when it
   * is, 2 for other arguments.
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 4) {
      System.err.println("usage: RewrapDataSet FROM TO KEYS-URI KEY-NAME");
      System.exit(2);
    }
    RecordFunction function =
        RecordFunction.rewrapping(new CustodyKeys(args[2], args[3]), RewrapDataSet::context);
    Result result;
    try (SparkSession spark = SparkSession.builder().appName("RewrapDataSet").getOrCreate()) {
      result = new RewrapDataSet(spark, function).run(args[0], args[1]);
    }
    System.out.println(result.text(args[0], args[1]));
    System.exit(result.isComplete() ? 0 : 1);
  }

  /** The context that a record was sealed with. This is the application's; here OWNER/NUMBER. */
  static RecordContext context(String id) {
    int slash = id.indexOf('/');
    return RecordContext.of(id.substring(0, slash), "note", id.substring(slash + 1));
  }

  /**
   * What was found in the new data set.
   *
   * @param rows in it
   * @param problems records that are not under the new key, or do not open
   * @param missing rows of the old data set that are not in it
   * @param added rows that are not in the old one
   */
  record Result(long rows, long problems, long missing, long added) {
    /**
     * Whether the old one is dispensable. One without rows is more often another than was meant.
     */
    boolean isComplete() {
      return rows > 0 && problems == 0 && missing == 0 && added == 0;
    }

    String text(String from, String to) {
      return isComplete()
          ? String.format(
              "%s has the %d rows of %s, and each record opens under the new key. Whether a record of"
                  + " %s was rewritten since this began was not looked at: if nobody can have done"
                  + " that, and nothing reads or writes it any more, delete it.",
              to, rows, from, from)
          : String.format(
              "%s IS STILL NEEDED: of the %d rows of %s, %d have a record that is as it was (see %s);"
                  + " %d rows are missing, %d are too many.",
              from, rows, to, problems, problemsOf(to), missing, added);
    }
  }

  /**
   * Moves the records of a data set into a new one, and looks at what was written.
   *
   * @param from with the columns id (string) and record (binary), and others
   * @param to where nothing is yet
   */
  Result run(String from, String to) throws IOException {
    Dataset<Row> old = read(from);
    Path problems = problemsOf(to);
    requireNothing(problems);
    // Columns that Spark cannot compare are refused before the work, not after it.
    Dataset<Row> unused = lacking(old, old);

    old.mapPartitions(new RecordsOfTask.Move(function), Encoders.row(old.schema()))
        .write()
        .parquet(to);

    Dataset<Row> written = read(to);
    written
        .mapPartitions(
            new RecordsOfTask.FindProblems(function), Encoders.row(StructType.fromDDL(PROBLEM)))
        .write()
        .parquet(problems.toString());
    Dataset<Row> now = read(from); // again: somebody may have added to it
    return new Result(
        written.count(),
        spark.read().parquet(problems.toString()).count(),
        lacking(now, written).count(),
        lacking(written, now).count());
  }

  private Dataset<Row> read(String path) {
    Dataset<Row> rows =
        spark
            .read()
            // What a cluster may be told by default: a column or a file less, and not a word.
            .option("mergeSchema", true)
            .option("ignoreCorruptFiles", false)
            .option("ignoreMissingFiles", false)
            .parquet(path);
    requireColumn(rows, RecordsOfTask.ID, DataTypes.StringType);
    requireColumn(rows, RecordsOfTask.RECORD, DataTypes.BinaryType);
    return rows;
  }

  private static void requireColumn(Dataset<Row> rows, String name, DataType type) {
    DataType found = rows.schema().apply(name).dataType();
    if (!found.equals(type)) {
      throw new IllegalArgumentException(
          "the column " + name + " has the type " + found.sql() + ", not " + type.sql());
    }
  }

  /** The rows of one that the other has not, compared without their records. */
  private static Dataset<Row> lacking(Dataset<Row> of, Dataset<Row> in) {
    return of.drop(RecordsOfTask.RECORD).exceptAll(in.drop(RecordsOfTask.RECORD));
  }

  private static Path problemsOf(String to) {
    return new Path(to).suffix("-problems");
  }

  /** Spark refuses to write where something is, but this is written when the work is done. */
  private void requireNothing(Path path) throws IOException {
    if (path.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(path)) {
      throw new IllegalStateException(
          path + " is there, from an earlier run; look at it, and delete it");
    }
  }
}
