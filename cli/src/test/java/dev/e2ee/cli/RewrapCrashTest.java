package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a header exchange with -9 at each of the system calls that change anything. */
@Tag("once")
@Tag("soak")
class RewrapCrashTest {
  private static final List<String> CALLS =
      List.of("fsync", "pwrite64", "write", "link", "unlink", "rename");

  @TempDir Path home;

  @Test
  void theEnvelopeOpensAfterAKillAtAnyPointAndTheNextRunEndsTheWork() throws Exception {
    Cli cli = new Cli(home).initRaw();
    byte[] content = new byte[70_000];
    new Random(3).nextBytes(content);
    byte[] old = cli.feed(content, "seal", "--aad", "x").exits(0).out();
    cli.run("key", "rotate", "default").exits(0);
    List<String> killedAt = new ArrayList<>();
    for (String call : CALLS) {
      for (int number = 1; killed(cli.write("work/long.e2ee", old), call, number); number++) {
        killedAt.add(call + " " + number);
        opens(cli, content);
        cli.run("rewrap", home.resolve("work/long.e2ee").toString(), "--aad", "x").exits(0);
        opens(cli, content, "--min-generation", "2");
        assertEquals(List.of("long.e2ee"), Cli.names(home.resolve("work")), call + " " + number);
      }
    }
    // Journal, its directory, the header, and the directory without the journal.
    assertTrue(
        killedAt.containsAll(List.of("fsync 4", "pwrite64 1", "unlink 2")), killedAt::toString);
  }

  private void opens(Cli cli, byte[] content, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("open", "-o", "-", "--aad", "x"));
    words.addAll(List.of(more));
    words.add(home.resolve("work/long.e2ee").toString());
    assertArrayEquals(content, cli.run(words.toArray(String[]::new)).exits(0).out());
  }

  /** Whether there was such a call to be killed at. */
  private boolean killed(Path file, String call, int number) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("strace", "-f", "-qq", "-o", home.resolve("trace").toString()));
    words.addAll(List.of("-e", "trace=" + call));
    words.addAll(List.of("-e", "inject=" + call + ":signal=KILL:when=" + number));
    words.addAll(CliProcess.command("rewrap", file.toString(), "--aad", "x"));
    int exit = CliProcess.run(home, words).exit();
    return exit != 0;
  }
}
