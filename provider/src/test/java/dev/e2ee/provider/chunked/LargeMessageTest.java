package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JVMs of their own: a heap that is too small for the message, and pools that are no help. */
class LargeMessageTest {
  private static final String NO_POOL = "-Djava.util.concurrent.ForkJoinPool.common.parallelism=0";

  @TempDir Path folder;

  private void run(int mebibytes, int threads, String... options)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LargeMessageChild.class.getName());
    command.addAll(List.of(String.valueOf(mebibytes), String.valueOf(threads)));
    Process child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(child.waitFor(5, TimeUnit.MINUTES), "the child hangs");
    assertEquals(0, child.exitValue(), Files.readString(output));
    assertTrue(Files.readString(output).contains("sealed and opened twice"));
  }

  @Test
  void memoryDoesNotGrowWithTheMessage() throws IOException, InterruptedException {
    run(256, 1, "-Xmx32m");
  }

  @Test
  void norWithSeveralThreads() throws IOException, InterruptedException {
    run(64, 4, "-Xmx32m");
  }

  @Test
  void aPoolWithoutThreadsIsEnough() throws IOException, InterruptedException {
    run(8, 4, NO_POOL);
  }
}
