package dev.e2ee.testvectors.conformance.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.testvectors.conformance.Column;
import dev.e2ee.testvectors.conformance.ColumnResult;
import dev.e2ee.testvectors.conformance.Outcome;
import dev.e2ee.testvectors.conformance.Result;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import dev.e2ee.testvectors.conformance.vector.VectorFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A {@link Worker} in a JVM of its own, and what it says. */
final class WorkerProcess {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The longest that one test may take: no file has one that needs a tenth of it. */
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(3);

  private final Column column;
  private final List<VectorFile> files;
  private final boolean anyVersion;
  private final Conformance.Progress progress;
  private final Map<String, Map<Integer, Result>> seen = new HashMap<>();
  private final AtomicLong lastLine = new AtomicLong(System.nanoTime());
  private List<Map<String, String>> providers = List.of();
  private String java = "";
  private boolean complete;

  WorkerProcess(
      Column column, List<VectorFile> files, boolean anyVersion, Conformance.Progress progress) {
    this.column = column;
    this.files = files;
    this.anyVersion = anyVersion;
    this.progress = progress;
  }

  ColumnResult run() throws IOException, InterruptedException {
    Path errors = Files.createTempFile("e2ee-conformance", ".log");
    try {
      Process process = new ProcessBuilder(command()).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      Thread watch = watch(process);
      try {
        read(process);
      } finally {
        process.destroyForcibly();
        watch.interrupt();
      }
      int exit = process.waitFor();
      return result(complete ? null : trouble(exit, Files.readString(errors, UTF_8)));
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED"); // several providers are native code
    command.addAll(column.jvmArguments());
    // On the module path too: the same jars, which work as a class path.
    String own = System.getProperty("java.class.path");
    List<String> classPath =
        new ArrayList<>(List.of(own.isEmpty() ? System.getProperty("jdk.module.path") : own));
    column.jars().forEach(jar -> classPath.add(jar.toString()));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.addAll(List.of(Worker.class.getName(), column.subject(), Boolean.toString(anyVersion)));
    files.forEach(file -> command.add(file.name()));
    return command;
  }

  /** Ends a process that says nothing any more. */
  private Thread watch(Process process) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.nanoTime() - lastLine.get() < LONGEST) {
                  TimeUnit.SECONDS.sleep(1);
                }
                process.destroyForcibly();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "conformance watch");
    watch.setDaemon(true);
    watch.start();
    return watch;
  }

  private void read(Process process) throws IOException {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        lastLine.set(System.nanoTime());
        if (line.startsWith("{")) { // native code may print what it likes
          take(JSON.readTree(line));
        }
      }
    }
  }

  private void take(JsonNode line) throws IOException {
    if (line.has("result")) {
      String file = line.required("file").textValue();
      Result result = JSON.treeToValue(line.required("result"), Result.class);
      seen.computeIfAbsent(file, name -> new HashMap<>()).put(result.tcId(), result);
      progress.done(column, file);
    } else if (line.has("providers")) {
      java = line.required("java").textValue();
      providers = JSON.convertValue(line.required("providers"), new TypeReference<>() {});
    } else {
      complete = line.required("complete").booleanValue();
    }
  }

  private String trouble(int exit, String errors) {
    String last =
        errors
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("WARNING"))
            .findFirst()
            .orElse("it said nothing");
    return providers.isEmpty()
        ? "it does not load here: " + last
        : "its process ended with " + exit + " before its time: " + last;
  }

  private ColumnResult result(@Nullable String trouble) {
    Map<String, List<Result>> results = new LinkedHashMap<>();
    for (VectorFile file : files) {
      Map<Integer, Result> of = seen.getOrDefault(file.name(), Map.of());
      results.put(
          file.name(),
          file.tests().stream()
              .map(test -> of.getOrDefault(test.id(), missing(test, trouble)))
              .toList());
    }
    return new ColumnResult(column, providers, java, trouble, results);
  }

  /** A test that the process has not answered. */
  private Result missing(TestVector test, @Nullable String trouble) {
    return new Result(
        test.id(),
        providers.isEmpty() ? Outcome.UNSUPPORTED : Outcome.DEVIATING,
        "an answer",
        "none: " + trouble,
        null);
  }
}
