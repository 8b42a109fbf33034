package dev.e2ee.testvectors.conformance.run;

import dev.e2ee.testvectors.SharedFiles;
import dev.e2ee.testvectors.conformance.Column;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Report;
import dev.e2ee.testvectors.conformance.vector.BadVectorFileException;
import dev.e2ee.testvectors.conformance.vector.Catalogue.Entry;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import dev.e2ee.testvectors.conformance.vector.VectorFiles;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Gives files of vectors to subjects, each in a JVM of its own, and makes a report of it. */
public final class Conformance {
  private final List<VectorFile> files;
  private final boolean anyVersion;

  private Conformance(List<VectorFile> files, boolean anyVersion) {
    this.files = files;
    this.anyVersion = anyVersion;
  }

  /** Is told of each test that was done; from several threads. */
  public interface Progress {
    /** One more. */
    void done(Column column, String file);
  }

  /**
   * Over these files, which are read and checked first.
   *
   * @param anyVersion whether to take another version of a foreign file than the known one
   * @throws BadVectorFileException when a file is not what it should be
   * @throws IllegalStateException when one is not there, saying what to do
   */
  public static Conformance over(List<Entry> entries, boolean anyVersion) throws IOException {
    VectorFiles reader = new VectorFiles(SharedFiles.ofThisProject(), anyVersion);
    List<VectorFile> files = new ArrayList<>();
    for (Entry entry : entries) {
      files.add(reader.read(entry));
    }
    return new Conformance(files, anyVersion);
  }

  /** How many tests each subject is given. */
  public int tests() {
    return files.stream().mapToInt(file -> file.tests().size()).sum();
  }

  /** Tries the subjects, as many at a time as there are processors. */
  public Report run(List<Column> columns, Progress progress)
      throws IOException, InterruptedException {
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<ColumnResult>> running = new ArrayList<>();
      for (Column column : columns) {
        running.add(
            workers.submit(() -> new WorkerProcess(column, files, anyVersion, progress).run()));
      }
      List<ColumnResult> results = new ArrayList<>();
      for (Future<ColumnResult> one : running) {
        results.add(one.get());
      }
      String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      return new Report(now, system, files, results);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }
}
