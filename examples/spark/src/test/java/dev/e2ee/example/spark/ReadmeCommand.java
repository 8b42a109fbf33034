package dev.e2ee.example.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command of README's has said, in a process of its own, and how it ended.
 *
 * @param out standard output, then standard error
 */
record ReadmeCommand(int exit, String out) {
  /**
   * Runs the command that starts this program.
   *
   * @param variables of the shell, that README's reader has set
   * @param home where its standard error is kept
   */
  static ReadmeCommand run(String program, Map<String, String> variables, Path home)
      throws IOException, InterruptedException {
    Path module = Path.of("").toAbsolutePath();
    Matcher command =
        Pattern.compile("^ {4}(java (?:.*\\\\\\n)*.*\\." + program + " .*)$", Pattern.MULTILINE)
            .matcher(Files.readString(module.resolve("README.md")));
    assertTrue(command.find(), program);
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command.group(1))
            .directory(module.resolve("../..").toFile())
            .redirectError(home.resolve("stderr").toFile());
    Map<String, String> environment = builder.environment();
    environment.put("PATH", System.getProperty("java.home") + "/bin:" + environment.get("PATH"));
    environment.put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
    environment.putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new ReadmeCommand(process.waitFor(), out + Files.readString(home.resolve("stderr")));
  }
}
