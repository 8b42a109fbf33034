package dev.e2ee.benchmarks.jmh;

import dev.e2ee.benchmarks.goal.Targets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code openssl speed -evp aes-256-gcm}: what this machine's AES can do at this moment. */
final class OpensslSpeed {
  private static final String RESULT = "+F:";

  private final int seconds;

  /** Takes so many seconds. */
  OpensslSpeed(int seconds) {
    this.seconds = seconds;
  }

  /**
   * Blocks of {@link Targets#OPENSSL_BLOCK} bytes that it encrypts in a second.
   *
   * @throws IOException when it prints no result
   */
  double blocksPerSecond() throws IOException {
    List<String> command =
        List.of(
            "openssl",
            "speed",
            "-evp",
            "aes-256-gcm",
            "-bytes",
            Integer.toString(Targets.OPENSSL_BLOCK),
            "-seconds",
            Integer.toString(seconds),
            "-mr");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String result =
        output
            .lines()
            .filter(line -> line.startsWith(RESULT))
            .findFirst()
            .orElseThrow(
                () -> new IOException(String.join(" ", command) + " gave no result: " + output));
    double bytesPerSecond = Double.parseDouble(result.substring(result.lastIndexOf(':') + 1));
    return bytesPerSecond / Targets.OPENSSL_BLOCK;
  }
}
