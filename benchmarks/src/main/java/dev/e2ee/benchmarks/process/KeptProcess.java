package dev.e2ee.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that is kept, and answers each line that it is told with one of its own. */
public final class KeptProcess implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final Process process;
  private final BufferedReader output;
  private final Path errors;

  private KeptProcess(Process process, Path errors) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.US_ASCII);
    this.errors = errors;
  }

  /** Starts one. */
  public static KeptProcess start(List<String> command, Map<String, String> environment)
      throws IOException {
    Path errors = Files.createTempFile("e2ee-benchmark-", ".errors");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    return new KeptProcess(builder.start(), errors);
  }

  /**
   * Lets it work once.
   *
   * @return what it answers
   * @throws TimedProcess.FailedException when it ends, with the first error that it printed, or
   *     does not answer for a minute
   */
  public String ask() throws InterruptedException, TimedProcess.FailedException {
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                process.outputWriter(StandardCharsets.US_ASCII).append('\n').flush();
                return output.readLine();
              } catch (IOException e) {
                return null; // it ended
              }
            });
    try {
      String line = answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (line != null) {
        return line;
      }
      return failed(TimedProcess.firstError(process.waitFor(), Files.readString(errors)));
    } catch (TimeoutException e) {
      process.destroyForcibly();
      return failed("no answer in " + LIMIT_SECONDS + " s");
    } catch (ExecutionException | IOException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private static String failed(String reason) throws TimedProcess.FailedException {
    throw new TimedProcess.FailedException(reason);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    try {
      Files.deleteIfExists(errors);
    } catch (IOException e) {
      return; // a file among the temporary ones
    }
  }
}
