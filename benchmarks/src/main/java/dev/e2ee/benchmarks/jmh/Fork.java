package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.result.Cell;
import dev.e2ee.benchmarks.result.Task;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One cell measured once, in a fresh JVM that JMH starts. */
final class Fork {
  /** Enough for 64 MiB messages in two threads; fixed, so that the heap does not grow meanwhile. */
  static final String HEAP = "-Xms4g -Xmx4g";

  private static final Pattern EXCEPTION =
      Pattern.compile("[a-zA-Z0-9_.$]+(Exception|Error)(: .*)?");

  private final Path java;
  private final Function<Cell, Times> times;
  private final List<String> jvmArguments;

  /**
   * Runs this {@code java}.
   *
   * @param times how long
   * @param jvmArguments what it is started with besides the heap
   */
  Fork(Path java, Function<Cell, Times> times, List<String> jvmArguments) {
    this.java = java;
    this.times = times;
    this.jvmArguments = jvmArguments;
  }

  /** What one fork gave: operations a second of all threads, bytes allocated by one operation. */
  record Result(double operationsPerSecond, double bytesAllocated) {}

  /** No result, because the benchmark refused or failed. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedException(String reason, @Nullable Throwable cause) {
      super(reason, cause);
    }
  }

  /**
   * Measures a cell.
   *
   * @throws FailedException with the first exception that the fork printed
   */
  Result run(Cell cell) throws FailedException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8)) {
      RunResult result =
          new Runner(
                  options(cell), OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL))
              .runSingle();
      var allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
      if (allocated == null) {
        throw new FailedException("the JVM does not count allocations", null);
      }
      return new Result(result.getPrimaryResult().getScore(), allocated.getScore());
    } catch (RunnerException e) {
      throw new FailedException(reason(log.toString(StandardCharsets.UTF_8), e), e);
    }
  }

  private static String reason(String log, RunnerException otherwise) {
    return log.lines()
        .filter(line -> EXCEPTION.matcher(line).matches())
        .findFirst()
        .orElse(String.valueOf(otherwise.getMessage()));
  }

  private Options options(Cell cell) {
    Times length = times.apply(cell);
    boolean ownThreads = cell.task() == Task.ROTATE; // a rotation has its helpers itself
    return new OptionsBuilder()
        .include("^" + Pattern.quote(benchmark(cell)) + "$")
        .param("implementation", cell.subject())
        .param("size", Long.toString(cell.size()))
        .param("threads", Integer.toString(cell.threads()))
        .threads(ownThreads ? 1 : cell.threads())
        .forks(1)
        .warmupIterations(length.warmups())
        .warmupTime(TimeValue.milliseconds(length.warmupMillis()))
        .measurementIterations(length.measured())
        .measurementTime(TimeValue.milliseconds(length.measuredMillis()))
        .jvm(java.toString())
        .jvmArgs(HEAP.split(" "))
        .jvmArgsAppend(jvmArguments.toArray(String[]::new))
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .build();
  }

  private static String benchmark(Cell cell) {
    return switch (cell.task()) {
      case SEAL -> RecordBenchmark.class.getName() + ".seal";
      case OPEN -> RecordBenchmark.class.getName() + ".open";
      case SEAL_INTO -> BufferBenchmark.class.getName() + ".sealInto";
      case OPEN_INTO -> BufferBenchmark.class.getName() + ".openInto";
      case ROTATE -> RotationBenchmark.class.getName() + ".rotate";
      case OPENSSL_SPEED,
          FILE_SEAL,
          FILE_OPEN,
          FIRST_SEAL,
          FIRST_SEAL_INSIDE,
          SOAK_SEAL,
          SOAK_OPEN,
          TOKEN_WRAP,
          TOKEN_UNWRAP,
          TOKEN_KDF_WRAP ->
          throw new IllegalArgumentException(cell.task() + " is no benchmark of JMH");
    };
  }
}
