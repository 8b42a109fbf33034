package dev.e2ee.testvectors;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the programs of {@code testvectors/generator}, which write vectors, and of {@code
 * testvectors/node}, the second implementation. They need Node 20.
 */
public final class Node {
  /**
   * What a run gave.
   *
   * @param exitCode of the process
   * @param output standard output and error together
   */
  public record Result(int exitCode, String output) {}

  private Node() {}

  /**
   * Runs one program to its end.
   *
   * @param program its path from {@code testvectors} on, such as {@code node/check.mjs}
   */
  public static Result run(String program, String... arguments) throws InterruptedException {
    Path script = SharedFiles.projectRoot().resolve("testvectors").resolve(program);
    List<String> command = new ArrayList<>(List.of("node", script.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot run 'node'; install Node 20 or newer (Debian: apt-get install nodejs)", e);
    }
  }
}
