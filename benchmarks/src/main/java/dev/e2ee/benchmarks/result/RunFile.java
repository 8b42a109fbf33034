package dev.e2ee.benchmarks.result;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The file of raw numbers that one harness writes: JSON, one line for each series. */
public final class RunFile {
  private final JsonMapper json = JsonMapper.builder().build();
  private final Path file;

  private RunFile(Path file) {
    this.file = file;
  }

  /** The numbers of warm JVMs. */
  public static RunFile ofJmh(Path directory) {
    return new RunFile(directory.resolve("jmh.json"));
  }

  /** The numbers of whole processes. */
  public static RunFile ofProcesses(Path directory) {
    return new RunFile(directory.resolve("process.json"));
  }

  /** The numbers of work in tokens. */
  public static RunFile ofTokens(Path directory) {
    return new RunFile(directory.resolve("token.json"));
  }

  /** The numbers of records that are moved to another key. */
  public static RunFile ofRotations(Path directory) {
    return new RunFile(directory.resolve("rotation.json"));
  }

  /** The last run; empty when there was none. */
  public Optional<Run> read() throws IOException {
    return Files.exists(file)
        ? Optional.of(json.readValue(file.toFile(), Run.class))
        : Optional.empty();
  }

  /** Replaces the last run. */
  public void write(Run run) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(
        file,
        """
        {
        "date": %s,
        "machine": %s,
        "versions": %s,
        "settings": %s,
        "failures": %s,
        "series": %s
        }
        """
            .formatted(
                text(run.date()),
                text(run.machine()),
                text(run.versions()),
                text(run.settings()),
                lines(run.failures()),
                lines(run.series())));
  }

  private String lines(List<?> values) {
    return values.stream().map(this::text).collect(Collectors.joining(",\n  ", "[\n  ", "\n]"));
  }

  private String text(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
