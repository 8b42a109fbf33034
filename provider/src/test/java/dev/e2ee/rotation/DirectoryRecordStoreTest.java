package dev.e2ee.rotation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A directory as a store of records. */
@Tag("no-engine")
class DirectoryRecordStoreTest {
  @TempDir Path outside;
  private Path root;
  private DirectoryRecordStore store;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(outside.resolve("root"));
    store = DirectoryRecordStore.open(root);
  }

  private List<String> ids(String after, int page) throws IOException {
    List<String> all = new ArrayList<>();
    try (RecordStore.Ids ids = store.idsAfter(after)) {
      for (List<String> some = ids.next(page); !some.isEmpty(); some = ids.next(page)) {
        all.addAll(some);
      }
    }
    return all;
  }

  private List<String> all() throws IOException {
    return ids(null, 3);
  }

  private void put(String... ids) throws IOException {
    for (String id : ids) {
      store.put(id, id.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void listsEveryFileInOneOrderFromAnyId() throws IOException {
    List<String> sorted =
        List.of(
            ".hidden",
            "a",
            "a.b",
            "b/.x",
            "b/a/deep/er",
            "b/a/z",
            "b/c",
            "b.c",
            "name with blank",
            "é");
    List<String> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, new Random(1));
    put(shuffled.toArray(String[]::new));
    assertEquals(sorted, all());
    for (int page : new int[] {1, 2, 100}) {
      for (int i = 0; i < sorted.size(); i++) {
        assertEquals(sorted.subList(i + 1, sorted.size()), ids(sorted.get(i), page));
      }
    }
    // One that is no more, a file that became a directory, and a directory that became a file.
    store.delete("b/a/z");
    assertEquals(List.of("b/c", "b.c", "name with blank", "é"), ids("b/a/z", 2));
    store.delete("a");
    put("a/1");
    assertEquals("a/1", ids("a", 2).get(0));
    store.delete("a/1");
    Files.delete(root.resolve("a"));
    put("a");
    assertEquals("a.b", ids("a/1", 2).get(0));
  }

  /** [rotation-11] */
  @Test
  void whatIsThereAllTheTimeComesExactlyOnceWhateverElseComesAndGoes() throws IOException {
    List<String> staying = new ArrayList<>();
    for (int i = 100; i < 200; i++) {
      staying.add("d" + i % 7 + "/s" + i);
    }
    put(staying.toArray(String[]::new));
    List<String> seen = new ArrayList<>();
    int n = 0;
    try (RecordStore.Ids ids = store.idsAfter(null)) {
      for (List<String> some = ids.next(4); !some.isEmpty(); some = ids.next(4)) {
        seen.addAll(some);
        put("d" + n % 7 + "/a" + n, "d" + n % 7 + "/z" + n, "e" + n + "/x");
        store.delete("d" + n % 7 + "/a" + (n - 3));
        store.delete("e" + (n - 3) + "/x");
        n++;
      }
    }
    List<String> stayed = seen.stream().filter(staying::contains).toList();
    assertEquals(staying.stream().sorted().toList(), stayed);
    assertEquals(seen.size(), seen.stream().distinct().count());
  }

  @Test
  void readsReplacesAndDeletes() throws IOException {
    assertTrue(store.read("a/b").isEmpty());
    put("a/b");
    StoredRecord first = store.read("a/b").orElseThrow();
    assertTrue(store.replace("a/b", first, new byte[] {1}));
    assertArrayEquals(new byte[] {1}, store.read("a/b").orElseThrow().bytes());
    assertTrue(store.delete("a/b"));
    assertFalse(store.delete("a/b"));
    assertFalse(store.delete("no/such"));
  }

  /** [rotation-8] */
  @Test
  void replacesNothingThatChangedOrIsGone() throws IOException {
    put("a");
    StoredRecord first = store.read("a").orElseThrow();
    store.put("a", new byte[] {1});
    assertFalse(store.replace("a", first, new byte[] {2}));
    assertArrayEquals(new byte[] {1}, store.read("a").orElseThrow().bytes());
    store.delete("a");
    assertFalse(store.replace("a", first, new byte[] {2}));
    assertTrue(store.read("a").isEmpty());
  }

  /** [rotation-8] */
  @Test
  void ofManyWhoReplaceOneStateOneWins() throws Exception {
    int threads = 8;
    int rounds = 50;
    put("counter");
    store.put("counter", new byte[] {0, 0});
    Callable<Integer> adding =
        () -> {
          int lost = 0;
          for (int i = 0; i < rounds; ) {
            StoredRecord now = store.read("counter").orElseThrow();
            int next = number(now.bytes()) + 1;
            if (store.replace("counter", now, new byte[] {(byte) (next >> 8), (byte) next})) {
              i++;
            } else {
              lost++;
            }
          }
          return lost;
        };
    var pool = Executors.newFixedThreadPool(threads);
    try {
      for (var done : pool.invokeAll(Collections.nCopies(threads, adding))) {
        assertTrue(done.get() >= 0);
      }
    } finally {
      pool.shutdownNow();
    }
    byte[] end = store.read("counter").orElseThrow().bytes();
    assertEquals(threads * rounds, number(end));
  }

  private static int number(byte[] two) {
    return (two[0] & 0xff) << 8 | (two[1] & 0xff);
  }

  @Test
  void idsStayInTheDirectory() {
    for (String id :
        List.of(
            "",
            ".",
            "..",
            "../x",
            "a/../../x",
            "/etc/passwd",
            "a//b",
            "a/",
            "/",
            "a/./b",
            ".e2ee/lock-00",
            ".e2ee",
            ".e2ee-0123456789abcdef/x",
            "a\0b")) {
      assertThrows(IllegalArgumentException.class, () -> store.read(id), id);
      assertThrows(IllegalArgumentException.class, () -> store.put(id, new byte[1]), id);
      assertThrows(IllegalArgumentException.class, () -> store.delete(id), id);
    }
  }

  @Test
  void linksAndOtherFilesAreListedAndNotFollowed() throws Exception {
    Path secret = Files.writeString(outside.resolve("secret"), "s");
    Path folder = Files.createDirectory(outside.resolve("folder"));
    Files.writeString(folder.resolve("x"), "x");
    Files.createSymbolicLink(root.resolve("file"), secret);
    Files.createSymbolicLink(root.resolve("folder"), folder);
    assertEquals(0, new ProcessBuilder("mkfifo", root.resolve("pipe") + "").start().waitFor());
    assertEquals(List.of("file", "folder", "pipe"), all());
    StoredRecord any = new StoredRecord(new byte[] {'s'}, "");
    for (String id : List.of("file", "folder", "pipe", "folder/x")) {
      assertThrows(FileSystemException.class, () -> store.read(id), id);
      assertThrows(FileSystemException.class, () -> store.replace(id, any, new byte[1]), id);
      assertThrows(FileSystemException.class, () -> store.put(id, new byte[1]), id);
      assertThrows(FileSystemException.class, () -> store.delete(id), id);
    }
    assertThrows(FileSystemException.class, () -> store.put("folder/new", new byte[1]));
    assertEquals("s", Files.readString(secret));
    assertFalse(Files.exists(folder.resolve("new")));
  }

  @Test
  void aRecordOverTheBoundIsRefused() throws IOException {
    put("long one");
    DirectoryRecordStore small = DirectoryRecordStore.open(root, 4);
    assertThrows(FileSystemException.class, () -> small.read("long one"));
    store.put("long one", new byte[4]);
    assertEquals(4, small.read("long one").orElseThrow().bytes().length);
  }

  @Test
  void aNewContentHasThePermissionsOfTheOldOne() throws IOException {
    put("a");
    Path file = root.resolve("a");
    for (String mode : List.of("rw-r-----", "rw-rw-rw-", "r--------")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      StoredRecord now = store.read("a").orElseThrow();
      assertTrue(store.replace("a", now, new byte[] {1}));
      assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
  }

  @Test
  void whatRootMovesStaysItsOwners() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
    Files.setAttribute(root, "unix:uid", 65534);
    DirectoryRecordStore theirs = DirectoryRecordStore.open(root);
    put("a");
    Files.setAttribute(root.resolve("a"), "unix:uid", 65534);
    StoredRecord now = theirs.read("a").orElseThrow();
    assertTrue(theirs.replace("a", now, new byte[] {1}));
    assertEquals(65534, Files.getAttribute(root.resolve("a"), "unix:uid"));
    Path other = Files.createDirectory(outside.resolve("other"));
    Files.setAttribute(other, "unix:uid", 65534);
    DirectoryRecordStore.open(other);
    assertEquals(65534, Files.getAttribute(other.resolve(".e2ee"), "unix:uid"));
    assertEquals(65534, Files.getAttribute(other.resolve(".e2ee/lock-3f"), "unix:uid"));
  }

  @Test
  void whatKilledWritersLeaveIsSweptAndWhatOthersAreAtWorkOnIsNot() throws IOException {
    Path folder = root.resolve(".e2ee");
    Path dead = Files.createFile(folder.resolve("temp-07-0123456789abcdef"));
    Path strange = Files.createFile(folder.resolve("temp-of-mine"));
    DirectoryLocks locks = DirectoryLocks.in(root.toRealPath());
    try (DirectoryLocks.Held held = locks.of("a record")) {
      Path alive = Files.createFile(held.temp());
      DirectoryRecordStore.open(root);
      assertTrue(Files.exists(alive), "its writer holds the lock");
      assertFalse(Files.exists(dead));
      assertTrue(Files.exists(strange), "nobody of us has made it");
    }
    DirectoryRecordStore.open(root);
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          64 + 1, left.count(), "the locks, and the strange file: the temp file has no writer");
    }
    assertEquals(List.of(), all());
  }

  /** Or every record would look as if a writer had been there first. */
  @Test
  void thatItsLocksAreGoneIsToldAsThat() throws IOException {
    put("a");
    StoredRecord now = store.read("a").orElseThrow();
    try (Stream<Path> all = Files.walk(root.resolve(".e2ee"))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    IOException told = assertThrows(IOException.class, () -> store.replace("a", now, new byte[1]));
    assertTrue(told.getMessage().contains("open the store anew"), told.getMessage());
    assertTrue(DirectoryRecordStore.open(root).replace("a", now, new byte[1]));
  }

  /** An empty place would be one without any record under an old key. */
  @Test
  void aDirectoryThatIsGoneOrAnotherOneIsNotEmpty() throws IOException {
    put("a");
    Files.move(root, outside.resolve("away"));
    assertThrows(IOException.class, this::all);
    Files.createDirectory(root);
    IOException told = assertThrows(IOException.class, this::all);
    assertTrue(told.getMessage().contains("open the store anew"), told.getMessage());
  }

  /** Their writers hold other locks, and would overtake each other. */
  @Test
  void aDirectoryInAnotherOneWithLocksIsRefusedFromBothSides() throws IOException {
    put("a", "b/c/1", "d");
    Path below = root.resolve("b/c").toRealPath();
    IOException above = assertThrows(IOException.class, () -> DirectoryRecordStore.open(below));
    assertTrue(
        above.getMessage().contains("take " + root.toRealPath() + " as a whole"), above::toString);
    assertFalse(Files.exists(below.resolve(".e2ee")), "and nothing is left there");
    StoredRecord found = store.read("b/c/1").orElseThrow();
    Path locks = root.resolve(".e2ee");
    Files.move(locks, outside.resolve("locks"));
    DirectoryRecordStore.open(below); // somebody came first
    Files.move(outside.resolve("locks"), locks);
    for (Executable use :
        List.<Executable>of(
            this::all,
            () -> store.put("b/c/1", new byte[1]),
            () -> store.replace("b/c/1", found, new byte[1]),
            () -> store.delete("b/c/1"))) {
      IOException told = assertThrows(IOException.class, use);
      assertTrue(told.getMessage().contains("take " + below + " by itself"), told::toString);
    }
    deleteAll(below.resolve(".e2ee"));
    assertEquals(List.of("a", "b/c/1", "d"), all());
    put("b/c/.e2ee/x");
    assertEquals(List.of("a", "b/c/.e2ee/x", "b/c/1", "d"), all(), "no locks, but a name");
  }

  @Test
  void twoWhoOpenItAtOnceShareItsLocks() throws Exception {
    Path fresh = Files.createDirectory(outside.resolve("fresh"));
    Callable<String> opening = () -> DirectoryRecordStore.open(fresh).name();
    var pool = Executors.newFixedThreadPool(4);
    try {
      for (var done : pool.invokeAll(Collections.nCopies(16, opening))) {
        assertTrue(done.get().contains("fresh"));
      }
    } finally {
      pool.shutdownNow();
    }
    try (Stream<Path> made = Files.list(fresh)) {
      assertEquals(List.of(fresh.resolve(".e2ee")), made.toList());
    }
  }

  @Test
  void aFileNameThatCannotBeReadBackIsNotPassedOver() throws Exception {
    Process made =
        new ProcessBuilder("sh", "-c", "printf x > \"$0/$(printf 'caf\\351')\"", root.toString())
            .start();
    assertEquals(0, made.waitFor());
    // Whether this JVM can write the name depends on its character set; it must not skip it.
    try {
      assertEquals(1, all().size());
      assertTrue(store.read(all().get(0)).isPresent());
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("character set"), e.getMessage());
    }
  }

  @Test
  void contentsAreReplacedAsAWhole() throws Exception {
    byte[] first = new byte[100_000];
    byte[] second = new byte[50_000];
    Arrays.fill(second, (byte) 1);
    store.put("a", first);
    var pool = Executors.newSingleThreadExecutor();
    try {
      var writer =
          pool.submit(
              () -> {
                for (int i = 0; i < 50; i++) {
                  store.put("a", i % 2 == 0 ? second : first);
                }
                return null;
              });
      while (!writer.isDone()) {
        byte[] seen = Files.readAllBytes(root.resolve("a"));
        assertTrue(Arrays.equals(seen, first) || Arrays.equals(seen, second));
      }
      writer.get();
    } finally {
      pool.shutdownNow();
    }
  }

  /** [rotation-14] What is gone with the directory was not deleted. */
  @Test
  void aDirectoryThatGoesAwayWhileItIsListedIsNotOneWhoseRecordsWereDeleted() throws IOException {
    put("a/1", "a/2", "b/1", "b/c/1");
    for (boolean withOthers : new boolean[] {false, true}) {
      for (int seen = 0; seen <= 4; seen++) {
        Path away = outside.resolve("away");
        try (RecordStore.Ids ids = store.idsAfter(null)) {
          for (int i = 0; i < seen; i++) {
            assertEquals(1, ids.next(1).size());
          }
          Files.move(root, away);
          Files.createDirectory(root);
          if (withOthers) {
            DirectoryRecordStore.open(root).put("b/other", new byte[1]);
          }
          IOException gone = assertThrows(IOException.class, () -> drain(ids));
          assertTrue(
              gone.getMessage().contains("another directory is in its place"), gone::toString);
        }
        deleteAll(root);
        Files.move(away, root);
        assertEquals(List.of("a/1", "a/2", "b/1", "b/c/1"), all());
      }
    }
  }

  private static void drain(RecordStore.Ids ids) throws IOException {
    List<String> page = ids.next(10);
    while (!page.isEmpty()) {
      page = ids.next(10);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /**
   * [rotation-8] A process that only looks makes durable what another one may have left halfway.
   */
  @Test
  void aPassForcesEachDirectoryThatItHasSeen() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
    List<String> ids = new ArrayList<>(List.of("3", "b/c/2"));
    for (int i = 0; i < 126; i++) { // 128 are a page: the last one ends with a record
      ids.add("a/" + i);
    }
    for (String id : ids) {
      store.put(id, RotationKeys.sealed(RotationKeys.newKey(), id, "text"));
    }
    SealedKeys unused = RotationKeys.sealedKeys(outside);
    Path trace = outside.resolve("trace");
    List<String> command =
        new ArrayList<>(
            List.of("strace", "-f", "-y", "-qq", "-e", "trace=fsync,fdatasync", "-o", "" + trace));
    command.addAll(RotationProcess.command("rotate", root.toString(), outside, 0));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertTrue(said.contains("COMPLETE"), said);
    String traced = Files.readString(trace);
    for (String directory : List.of("", "/a", "/b", "/b/c")) {
      assertTrue(
          traced.contains("<" + root.toRealPath() + directory + ">"), () -> directory + traced);
    }
  }
}
