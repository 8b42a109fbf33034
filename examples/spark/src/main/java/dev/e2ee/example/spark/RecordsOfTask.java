package dev.e2ee.example.spark;

import dev.e2ee.rotation.RecordFunction;
import dev.e2ee.rotation.RefusedRecordException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What a task does with the rows of its partition. The keys are opened once for all of them, and
 * closed when the task ends, fails or is killed.
 */
final class RecordsOfTask {
  /** The name of the column with the ids, text. */
  static final String ID = "id";

  /** The name of the column with the records, bytes. */
  static final String RECORD = "record";

  private final RecordFunction.Opened function;

  private RecordsOfTask(RecordFunction.Opened function) {
    this.function = function;
  }

  private static RecordsOfTask open(RecordFunction function)
      throws GeneralSecurityException, IOException {
    RecordFunction.Opened opened = function.open();
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> opened.close());
    return new RecordsOfTask(opened);
  }

  private static Stream<Row> stream(Iterator<Row> rows) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false);
  }

  /**
   * Moves the records. The other columns, and a record that must stay, are given on as they are.
   */
  record Move(RecordFunction function) implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws GeneralSecurityException, IOException {
      RecordsOfTask records = open(function);
      return stream(rows).map(records::moved).iterator();
    }
  }

  /** Finds the records that are not under the new key, or do not open: id, reason, message. */
  record FindProblems(RecordFunction function) implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws GeneralSecurityException, IOException {
      RecordsOfTask records = open(function);
      return stream(rows).map(records::problem).flatMap(Optional::stream).iterator();
    }
  }

  private Row moved(Row row) {
    int record = row.fieldIndex(RECORD);
    if (row.isNullAt(record)) {
      return row;
    }
    try {
      return function
          .move(row.getAs(ID), row.getAs(RECORD))
          .map(fresh -> with(row, record, fresh))
          .orElse(row);
    } catch (RefusedRecordException e) {
      return row; // FindProblems tells of it, from what was written.
    }
  }

  private static Row with(Row row, int column, byte[] value) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == column ? value : row.get(i);
    }
    return RowFactory.create(values);
  }

  private Optional<Row> problem(Row row) {
    if (row.isNullAt(row.fieldIndex(RECORD))) {
      return Optional.empty();
    }
    String id = row.getAs(ID);
    try {
      return function
          .move(id, row.getAs(RECORD))
          .map(
              fresh ->
                  RowFactory.create(
                      id,
                      "NOT_MOVED",
                      "the key was rotated meanwhile; run it again over this data set"));
    } catch (RefusedRecordException e) {
      return Optional.of(RowFactory.create(id, e.reason().name(), e.getMessage()));
    }
  }
}
