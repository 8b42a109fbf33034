package dev.e2ee.benchmarks.machine;

import dev.e2ee.benchmarks.result.Units;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the programs run on, and which versions they are of. */
public final class Machine {
  private static final int SECONDS = 20;

  private Machine() {}

  /** CPU, cores, memory, system, commit, load. */
  public static Map<String, String> describe() throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("CPU", field("/proc/cpuinfo", "model name", ":"));
    facts.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("Memory", Units.bytes(memory("MemTotal")));
    facts.put("System", field("/etc/os-release", "PRETTY_NAME", "=").replace("\"", ""));
    facts.put("Kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("Commit", firstLine("git", "describe", "--always", "--dirty"));
    facts.put("Load at the start", load());
    return facts;
  }

  private static double memory(String which) throws IOException {
    return Double.parseDouble(field("/proc/meminfo", which, ":").replace("kB", "").strip()) * 1024;
  }

  /**
   * Writes to three quarters of the free memory, and gives it back. The host of a virtual machine
   * hands a page over when it is first written to, which can be ten times slower than all later
   * writes: whoever is measured first would pay for all.
   *
   * @param java the launcher of the JVM that does it
   */
  public static void touchMemory(Path java) throws IOException {
    String heap = (long) (memory("MemAvailable") * 3 / 4 / (1 << 20)) + "m";
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-XX:+UseParallelGC",
                "-XX:+AlwaysPreTouch",
                "-Xms" + heap,
                "-Xmx" + heap,
                "-version")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).replaceFirst(" .*\\s*", "");
  }

  private static String field(String file, String name, String separator) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(separator) + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  /** The versions of the libraries that this module was built with. */
  public static Map<String, String> libraries() throws IOException {
    Properties properties = new Properties();
    try (var in = Machine.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    }
    Map<String, String> versions = new LinkedHashMap<>();
    properties.stringPropertyNames().stream()
        .sorted()
        .forEach(name -> versions.put(name, properties.getProperty(name)));
    return versions;
  }

  /** The first line that a command prints, to either output. */
  public static String firstLine(String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    return output.lines().findFirst().orElse("").strip();
  }
}
