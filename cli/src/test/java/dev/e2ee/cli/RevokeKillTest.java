package dev.e2ee.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A revocation that is killed, wherever it is, and repeated: the key has rotated, the records have
 * moved, and the revoked device opens nothing new.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
@Tag("soak")
class RevokeKillTest {
  private static final int KILLS = 10;

  /** Longer than the rest of a run takes after it was decided. */
  private static final int MILLIS = 120;

  @TempDir Path root;

  @Test
  void afterEveryKillARepetitionEndsIt() throws Exception {
    long seed = Long.getLong("e2ee.seed", System.nanoTime());
    System.out.println("RevokeKillTest: -De2ee.seed=" + seed);
    Random random = new Random(seed);
    int cutOff = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      cutOff += killed(Files.createDirectory(root.resolve("k" + kill)), random) ? 1 : 0;
    }
    assertTrue(cutOff > 0, "no run was cut off");
  }

  private static boolean killed(Path directory, Random random) throws Exception {
    Cli laptop = new Cli(Files.createDirectory(directory.resolve("laptop"))).initRaw();
    Cli phone = new Cli(Files.createDirectory(directory.resolve("phone"))).initRaw();
    join(laptop, phone, directory);
    Path record = Files.writeString(directory.resolve("old"), "old");
    seal(laptop, record);
    String[] revoke = {
      "device",
      "revoke",
      "phone",
      "--to",
      directory.resolve("wraps").toString(),
      "--records",
      record + ".e2ee",
      "--user",
      "ann",
      "--type",
      "t",
      "--id",
      "old",
      "--json"
    };
    Path device = laptop.home.resolve(".local/share/e2ee/keys.e2ee.device");
    boolean atWork = killed(laptop, device.resolve("revocation.pending"), random, revoke);
    Cli.Result again = laptop.run(revoke);
    boolean wasDone = again.exit() == 6 && again.err().contains("REVOKED");
    if (!wasDone) {
      JsonNode done = again.exits(0).json();
      assertEquals(2, done.required("key").required("generation").intValue());
    }
    assertFalse(Files.exists(device.resolve("revocation.pending")));
    Path fresh = Files.writeString(directory.resolve("new"), "new");
    seal(laptop, fresh);
    for (Path sealed : new Path[] {record, fresh}) {
      String name = String.valueOf(sealed.getFileName());
      String[] open = {
        "open", sealed + ".e2ee", "-o", "-", "--user", "ann", "--type", "t", "--id", name
      };
      assertEquals(name, new String(laptop.run(open).exits(0).out(), UTF_8));
      phone.run(open).exits(4);
    }
    return atWork && !wasDone;
  }

  private static void seal(Cli cli, Path file) {
    cli.run(
            "seal",
            file.toString(),
            "--user",
            "ann",
            "--type",
            "t",
            "--id",
            String.valueOf(file.getFileName()))
        .exits(0);
  }

  private static void join(Cli laptop, Cli phone, Path wire) throws Exception {
    laptop.run("device", "init", "laptop", "--user", "ann").exits(0);
    phone.run("device", "init", "phone", "--user", "ann", "--key", "shared").exits(0);
    String d = wire.resolve("d").toString();
    phone.run("device", "request", "-o", d + ".request").exits(0);
    laptop.run("device", "approve", d + ".request").exits(0);
    phone.run("device", "accept", d + ".offer").exits(0);
    String shown = phone.run("fingerprint").exits(0).text().strip();
    laptop.run("device", "approve", d + ".reveal", "--fingerprint", shown).exits(0);
    phone.run("device", "accept", d + ".approval", "--fingerprint", shown).exits(0);
  }

  /**
   * Kills a run some time after it was decided, or just when the key file changes for the first to
   * the fourth time, of which a rotation takes two; says whether it was still at work.
   */
  private static boolean killed(Cli laptop, Path pending, Random random, String... command)
      throws Exception {
    Path keys = laptop.home.resolve(".local/share/e2ee/keys.e2ee");
    byte[] before = Files.readAllBytes(keys);
    int changes = random.nextInt(5);
    ProcessBuilder builder = new ProcessBuilder(CliProcess.command(command));
    builder.environment().put("HOME", laptop.home.toString());
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try {
      while (process.isAlive() && !Files.exists(pending)) {
        Thread.onSpinWait();
      }
      for (int left = changes; process.isAlive() && left > 0; ) {
        byte[] now = Files.readAllBytes(keys);
        left -= Arrays.equals(before, now) ? 0 : 1;
        before = now;
      }
      if (changes == 0) {
        process.waitFor(random.nextInt(MILLIS), TimeUnit.MILLISECONDS);
      }
      boolean atWork = process.isAlive();
      process.destroyForcibly().waitFor();
      return atWork;
    } finally {
      process.destroyForcibly();
    }
  }
}
