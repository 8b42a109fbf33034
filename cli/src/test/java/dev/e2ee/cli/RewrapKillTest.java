package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills a run that re-wraps a tree with -9, again and again. */
@Tag("once")
@Tag("soak")
class RewrapKillTest {
  private static final int FILES = 200;
  private static final int KILLS = 5;

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void everyFileIsWholeAfterEveryKillAndALastRunEndsTheWork(String suite) throws Exception {
    Cli cli = new Cli(home).initRaw();
    byte[] content = new byte[20_000];
    new Random(1).nextBytes(content);
    byte[] sealed = cli.feed(content, "seal", "--aad", "x", "--suite", suite).exits(0).out();
    for (int i = 0; i < FILES; i++) {
      cli.write("tree/" + i % 7 + "/" + i, sealed);
    }
    Path tree = home.resolve("tree");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int cutOff = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      cli.run("key", "rotate", "default").exits(0);
      cutOff += killed(tree, 1 + random.nextInt(FILES - 60)) ? 1 : 0;
      assertAllOpen(cli, tree, content);
    }
    assertTrue(cutOff > 0, "no run was cut off; seed " + seed);
    var last = cli.run("rewrap", tree.toString(), "--aad", "x", "--json").exits(0).json();
    assertEquals(FILES, last.get("rewrapped").asInt() + last.get("alreadyCurrent").asInt());
    try (Stream<Path> all = Files.walk(tree)) {
      assertEquals(FILES, all.filter(Files::isRegularFile).count(), "no unfinished file is left");
    }
    var again = cli.run("rewrap", tree.toString(), "--aad", "x", "--json").exits(0).json();
    assertEquals(FILES, again.get("alreadyCurrent").asInt());
  }

  /** Kills a run once so many files are new; says whether it was still at work. */
  private boolean killed(Path tree, int after) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(CliProcess.command("rewrap", tree.toString(), "--aad", "x"));
    builder.environment().put("HOME", home.toString());
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long start = System.currentTimeMillis();
    Process process = builder.start();
    try {
      while (process.isAlive() && changedSince(tree, start) < after) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      boolean atWork = process.isAlive();
      process.destroyForcibly().waitFor();
      return atWork;
    } finally {
      process.destroyForcibly();
    }
  }

  private static long changedSince(Path tree, long start) throws IOException {
    long changed = 0;
    for (int i = 0; i < FILES; i++) {
      Path file = tree.resolve(i % 7 + "/" + i);
      changed += Files.getLastModifiedTime(file).toMillis() >= start ? 1 : 0;
    }
    return changed;
  }

  private static void assertAllOpen(Cli cli, Path tree, byte[] content) throws IOException {
    for (int i = 0; i < FILES; i++) {
      String file = tree.resolve(i % 7 + "/" + i).toString();
      var opened = cli.run("open", file, "-o", "-", "--aad", "x").exits(0);
      assertArrayEquals(content, opened.out(), file);
    }
  }
}
