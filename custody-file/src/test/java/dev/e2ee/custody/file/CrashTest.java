package dev.e2ee.custody.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writing JVM with SIGKILL at random points of generate, rotate and re-passphrase: what was
 * acknowledged is there, the file is whole, no temp file survives the next unlock. [keyfile-31]
 *
 * <p>{@code -De2ee.kills=N} says how often (the soak: 100), {@code -De2ee.seed=N} repeats a run's
 * pauses.
 */
@Tag("once")
class CrashTest {
  private static final int KILLS =
      Integer.getInteger("e2ee.kills", Boolean.getBoolean("e2ee.custody.soak") ? 100 : 25);
  private static final long SEED = Long.getLong("e2ee.seed", System.nanoTime());
  private static final int WORKERS = 2;
  private static final int KEYS_PER_FILE = 200;

  @TempDir Path directory;
  private final AtomicInteger left = new AtomicInteger(KILLS);
  private final Map<String, Integer> killedWithin = new TreeMap<>();
  private final Map<String, Integer> tempsWithin = new TreeMap<>();

  @Test
  void nothingIsLostOrTornByKill() throws Exception {
    System.out.println(">> CrashTest: " + KILLS + " kills, -De2ee.seed=" + SEED);
    List<Callable<Integer>> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Random random = new Random(SEED + i);
      Path own = Files.createDirectory(directory.resolve("worker" + i));
      workers.add(() -> new Worker(own, random).run());
    }
    var executor = Executors.newFixedThreadPool(WORKERS);
    int acknowledged = 0;
    try {
      for (var done : executor.invokeAll(workers)) {
        acknowledged += done.get();
      }
    } finally {
      executor.shutdownNow();
    }
    int temps = tempsWithin.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println(
        ">> CrashTest: "
            + acknowledged
            + " changes acknowledged, killed within "
            + killedWithin
            + ", leaving temp files within "
            + tempsWithin);
    assertTrue(KILLS < 100 || temps >= KILLS / 20, "kills must hit writes, and hit " + temps);
    assertTrue(KILLS < 100 || killedWithin.keySet().containsAll(List.of("g", "r", "p")));
  }

  private synchronized void count(String within, boolean leftTemp) {
    killedWithin.merge(within, 1, Integer::sum);
    if (leftTemp) {
      tempsWithin.merge(within, 1, Integer::sum);
    }
  }

  /** One key file after the other, and what its killed writers have acknowledged. */
  private final class Worker {
    private final Path directory;
    private final Random random;
    private final Map<String, Acknowledged> keys = new TreeMap<>();
    private Path path;
    private int files;
    private int passphrase;
    private int next;
    private int acknowledged;

    Worker(Path directory, Random random) {
      this.directory = directory;
      this.random = random;
      this.path = directory;
    }

    int run() throws Exception {
      newFile();
      Process waiting = WriterProcess.start("crash");
      try {
        while (left.getAndDecrement() > 0) {
          Process writer = waiting;
          waiting = WriterProcess.start("crash"); // warms up meanwhile
          killOnce(writer);
        }
      } finally {
        waiting.destroyForcibly();
      }
      return acknowledged;
    }

    private void newFile() {
      path = directory.resolve("keys" + files++);
      keys.clear();
      next = 0;
      passphrase = 1_000_000 + files;
      try (KeyFile file = KeyFile.create(path, NewSlot.raw(), CustodyOptions.defaults());
          SecretBytes first = WriterProcess.passphrase(passphrase)) {
        file.addSlot(NewSlot.passphrase(first, WriterProcess.FLOOR));
      }
    }

    private void killOnce(Process writer) throws Exception {
      List<String> said = new ArrayList<>();
      try (BufferedReader out = writer.inputReader(StandardCharsets.UTF_8)) {
        assertEquals("READY", out.readLine());
        writer.outputWriter().append(path + "\n" + next + "\n").flush();
        for (String line = ""; line != null && !line.matches("[GRP].*"); ) {
          line = out.readLine();
          said.add(String.valueOf(line));
        }
        pause();
        writer.toHandle().destroyForcibly(); // the process itself would close the pipe as well
        out.lines().forEach(said::add);
      }
      assertTrue(writer.waitFor(10, TimeUnit.SECONDS), "SIGKILL ends a process");
      check(said);
      if (keys.size() > KEYS_PER_FILE / 3) {
        newFile();
      }
    }

    /** Half of the times any moment, half of the times one within a write. */
    private void pause() throws IOException, InterruptedException {
      if (random.nextBoolean()) {
        TimeUnit.MICROSECONDS.sleep(random.nextInt(80_000));
        return;
      }
      for (int i = 0; i < 20_000 && temps().isEmpty(); i++) {
        TimeUnit.MICROSECONDS.sleep(50);
      }
      TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
    }

    /** The lines up to the kill; the last one may be an intent. */
    private void check(List<String> said) throws IOException {
      int intendedPassphrase = passphrase;
      for (String line : said) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case "G", "R" -> {
            keys.put(words[1], new Acknowledged(KeyId.parse(words[2]), words[3], generation(line)));
            next = Integer.parseInt(words[4]) + 1;
            acknowledged++;
          }
          case "P" -> {
            passphrase = Integer.parseInt(words[1]);
            next = passphrase + 1;
            acknowledged++;
          }
          case "p" -> intendedPassphrase = Integer.parseInt(words[1]);
          default -> {}
        }
      }
      String last = said.get(said.size() - 1);
      count(last.matches("[grp] .*") ? last.substring(0, 1) : "between", !temps().isEmpty());
      checkFile(last, intendedPassphrase);
    }

    private int generation(String acknowledgement) {
      String[] words = acknowledgement.split(" ", -1);
      Acknowledged before = keys.get(words[1]);
      return before == null ? 1 : before.generation + 1;
    }

    private void checkFile(String last, int intendedPassphrase) throws IOException {
      int valid = openingPassphrase(intendedPassphrase);
      assertEquals(List.of(), temps(), "no temp file survives the next unlock");
      try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
        file.unlock();
        passphrase = valid;
        int sum = 0;
        for (var key : keys.entrySet()) {
          checkKey(file, key.getKey(), key.getValue());
          sum += key.getValue().generation;
        }
        int extra = file.list().size() - sum;
        assertTrue(extra == 0 || (extra == 1 && last.matches("[gr] .*")), last + ": " + extra);
        if (valid == intendedPassphrase && last.startsWith("p ")) {
          next = valid + 1;
        }
        finishInFlight(file, last, extra);
      }
    }

    /** Old or new, as far as it was acknowledged; anything else is a loss. */
    private int openingPassphrase(int intended) {
      for (int number : new int[] {passphrase, intended}) {
        var options =
            CustodyOptions.defaults().withCallbackHandler(Passphrases.of("passphrase " + number));
        try (KeyFile file =
            KeyFile.open(
                path, options, java.util.Optional.of("callback:"), java.util.Optional.empty())) {
          file.unlock();
          return number;
        } catch (CustodyException e) {
          assertEquals(Kind.AUTH_FAILED, e.kind(), e.getMessage());
        }
      }
      return fail("neither the old nor the new passphrase opens the file");
    }

    private void checkKey(KeyFile file, String name, Acknowledged expected) {
      var key = file.find(expected.id);
      assertEquals(name, key.description().name());
      assertEquals(expected.generation, key.description().generation());
      assertTrue(
          List.of(KeyState.PRIMARY, KeyState.OLD).contains(key.description().state()),
          "an acknowledged key is in use");
      byte[] wrapped = HexFormat.of().parseHex(expected.wrapped);
      try (SecretBytes dek =
              key.operation(DekWrap.class).orElseThrow().unwrap(wrapped, new byte[] {1});
          SecretBytes five = WriterProcess.dek()) {
        assertTrue(dek.sameBytes(five));
      }
    }

    /** Takes over what the killed writer had begun, as its successor would. */
    private void finishInFlight(KeyFile file, String last, int extra) {
      if (!last.matches("[gr] .*")) {
        return;
      }
      String name = last.substring(2);
      List<KeyDescription> found =
          file.list().stream().filter(key -> key.name().equals(name)).toList();
      boolean pending = found.stream().anyMatch(key -> key.state() == KeyState.PENDING);
      if (extra == 1) {
        if (pending) {
          file.rotate(name);
          assertEquals(
              found.size(), file.list().stream().filter(key -> key.name().equals(name)).count());
        }
        KeyId id = file.find(name).id();
        try (SecretBytes dek = WriterProcess.dek()) {
          byte[] wrapped =
              file.find(name).operation(DekWrap.class).orElseThrow().wrap(dek, new byte[] {1});
          keys.put(name, new Acknowledged(id, HexFormat.of().formatHex(wrapped), found.size()));
        }
        next++;
      }
    }

    private List<String> temps() throws IOException {
      try (var all = Files.list(directory)) {
        return all.map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".e2ee-tmp"))
            .toList();
      }
    }
  }

  private record Acknowledged(KeyId id, String wrapped, int generation) {}
}
