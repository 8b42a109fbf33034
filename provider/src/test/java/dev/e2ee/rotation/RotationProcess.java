package dev.e2ee.rotation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The other processes of the tests that kill: one that rotates until it is killed or done, and the
 * application, which reads and writes all the while.
 */
public final class RotationProcess {
  private static final int THREADS = 4;
  private static final int USERS = 3;

  private RotationProcess() {}

  /** Arguments: the mode, where the records are, the folder of everything else, a seed. */
  public static void main(String[] arguments) throws Exception {
    WritableStore store = WritableStore.at(arguments[1]);
    Path folder = Path.of(arguments[2]);
    switch (arguments[0]) {
      case "rotate" -> rotate(store, folder);
      case "use" -> use(store, folder, new Random(Long.parseLong(arguments[3])));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  static Process start(String mode, String store, Path folder, long seed) throws IOException {
    return new ProcessBuilder(command(mode, store, folder, seed))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  static List<String> command(String mode, String store, Path folder, long seed) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx128m",
        "-cp",
        System.getProperty("java.class.path"),
        RotationProcess.class.getName(),
        mode,
        store,
        folder.toString(),
        Long.toString(seed));
  }

  private static Rotation rotation(WritableStore store, Path folder) {
    return Rotation.of(store, RotationKeys.rewrapping())
        .withThreads(THREADS)
        .withPasses(1000)
        .withCheckpoint(folder.resolve("checkpoint"))
        .withSealedKeys(SealedKeys.at(folder.resolve("old.keys")));
  }

  private static void rotate(WritableStore store, Path folder) throws Exception {
    System.out.println("READY");
    RotationReport report = rotation(store, folder).run();
    System.out.println(report.isComplete() ? "COMPLETE" : "INCOMPLETE " + report);
  }

  /**
   * Reads records, and puts new contents there, under either key, until its input ends; then it
   * says what it has written. Each of its threads has records of its own, and knows what they have.
   */
  private static void use(WritableStore store, Path folder, Random random) throws Exception {
    List<String> ids = Files.readAllLines(folder.resolve("ids"));
    AtomicBoolean switched = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    CyclicBarrier all = new CyclicBarrier(USERS);
    List<Callable<Map<String, String>>> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      List<String> own = new ArrayList<>();
      for (int at = i; at < ids.size(); at += USERS) {
        own.add(ids.get(at));
      }
      Random choice = new Random(random.nextLong());
      User user = new User(store, own, choice, switched, ended, all);
      users.add(() -> orEnd(user));
    }
    var pool = Executors.newFixedThreadPool(USERS + 1);
    Future<?> watching = pool.submit(() -> watch(folder, switched, ended));
    System.out.println("READY");
    List<String> written = new ArrayList<>();
    for (var user : pool.invokeAll(users)) {
      user.get().forEach((id, text) -> written.add(id + "\t" + text));
    }
    watching.get();
    pool.shutdown();
    Files.write(folder.resolve("written"), written);
    System.out.println("USED");
  }

  /** What one thread finds wrong ends the process: the test sees that. */
  private static Map<String, String> orEnd(User user) throws Exception {
    boolean right = false;
    try {
      Map<String, String> written = user.run();
      right = true;
      return written;
    } catch (AssertionError e) {
      e.printStackTrace();
      throw e;
    } finally {
      if (!right) {
        Runtime.getRuntime().halt(1);
      }
    }
  }

  /** Waits for the switch to the new key, and for the end. */
  private static Void watch(Path folder, AtomicBoolean switched, AtomicBoolean ended)
      throws IOException, InterruptedException {
    while (System.in.available() == 0) {
      if (Files.exists(folder.resolve("switched"))) {
        switched.set(true);
      }
      Thread.sleep(5);
    }
    ended.set(true);
    return null;
  }

  /** A thread of the application. */
  private record User(
      WritableStore store,
      List<String> ids,
      Random random,
      AtomicBoolean switched,
      AtomicBoolean ended,
      CyclicBarrier all) {
    Map<String, String> run() throws Exception {
      Map<String, String> last = new TreeMap<>();
      ids.forEach(id -> last.put(id, id + " first"));
      try (KeyRing ring = RotationKeys.ring();
          KeyRing old = KeyRing.of(RotationKeys.oldKey(), List.of(RotationKeys.newKey()))) {
        boolean told = false;
        for (int n = 0; !ended.get(); n++) {
          if (!told && switched.get()) {
            told = true;
            if (all.await() == 0) {
              System.out.println("SWITCHED"); // nothing is sealed under the old key any more
            }
          }
          String id = ids.get(random.nextInt(ids.size()));
          read(ring, id, last.get(id));
          if (random.nextBoolean()) {
            String text = id + " written " + n;
            KeyRing under = told || random.nextBoolean() ? ring : old;
            store.put(id, under.seal(RotationKeys.text(text), RotationKeys.context(id)));
            last.put(id, text);
            read(ring, id, text);
          }
        }
      }
      return last;
    }

    /** A reader finds each record, at any moment, opens it, and finds what was written last. */
    private void read(KeyRing ring, String id, String expected)
        throws IOException, GeneralSecurityException {
      Optional<StoredRecord> found = store.read(id);
      if (found.isEmpty()) {
        throw new AssertionError("the record " + id + " is gone");
      }
      byte[] text = ring.open(found.get().bytes(), RotationKeys.context(id));
      if (!expected.equals(new String(text, StandardCharsets.UTF_8))) {
        throw new AssertionError("the record " + id + " has lost what was written: " + expected);
      }
    }
  }
}
