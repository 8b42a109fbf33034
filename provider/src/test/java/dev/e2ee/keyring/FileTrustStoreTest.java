package dev.e2ee.keyring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.spi.internal.custody.UnixFile;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trust store in a folder: durable, whole after a kill, and never empty by mistake. */
@Tag("no-engine")
class FileTrustStoreTest {
  private static final String NOTES = "notes";
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  /** The full number is for the soak. */
  private static final int KILLS = Boolean.getBoolean("e2ee.rotation.soak") ? 100 : 6;

  @TempDir private Path parent;
  private Path folder;

  @BeforeEach
  void makeTheFolder() throws IOException {
    folder = Files.createDirectory(parent.resolve("trust"));
  }

  private static Signer signer() throws Exception {
    try (DeviceIdentity device =
        DeviceIdentity.generate("any", AgreementAlgorithm.X25519, SigningAlgorithm.ED25519)) {
      return Signer.of(device.publicKeys());
    }
  }

  private static Recipient recipient() throws Exception {
    try (DeviceIdentity device =
        DeviceIdentity.generate("any", AgreementAlgorithm.X25519, SigningAlgorithm.ED25519)) {
      return Recipient.of(device.publicKeys());
    }
  }

  @Test
  void whatIsKeptIsFoundByAnotherOne() throws Exception {
    CollectionTrust headless =
        CollectionTrust.none()
            .with(signer())
            .with(signer())
            .seen(
                new TreeMap<>(
                    Map.of(
                        1,
                        new CollectionTrust.SeenEpoch(
                            Optional.of(DIGEST),
                            Optional.of(DIGEST),
                            Optional.empty(),
                            new TreeMap<>(Map.of(recipient(), DIGEST))),
                        2,
                        new CollectionTrust.SeenEpoch(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            new TreeMap<>(Map.of(recipient(), DIGEST))))));
    CollectionTrust headed =
        headless.seen(
            7,
            DIGEST,
            new TreeMap<>(
                Map.of(
                    3,
                    new CollectionTrust.SeenEpoch(
                        Optional.of(DIGEST),
                        Optional.empty(),
                        Optional.of(DIGEST),
                        new TreeMap<>(Map.of(recipient(), DIGEST))))));
    String odd = "a/../b:\u00e9\0" + "x".repeat(900);
    TrustStore store = FileTrustStore.at(folder.resolve("deep/er"));
    assertTrue(store.replace(NOTES, Optional.empty(), headless));
    assertTrue(store.replace(odd, Optional.empty(), headed));
    TrustStore other = FileTrustStore.at(folder.resolve("deep/er"));
    assertEquals(Optional.of(headless), other.find(NOTES));
    assertEquals(Optional.of(headed), other.find(odd));
    assertEquals(Optional.empty(), other.find("another"));
    assertEquals(Map.of(NOTES, headless, odd, headed), other.all());
  }

  @Test
  void onlyTheStateThatWasFoundIsReplaced() throws Exception {
    TrustStore store = FileTrustStore.at(folder);
    CollectionTrust one = CollectionTrust.none().with(signer());
    CollectionTrust other = CollectionTrust.none().with(signer());
    assertTrue(store.replace(NOTES, Optional.empty(), one));
    assertFalse(store.replace(NOTES, Optional.empty(), other));
    assertFalse(store.replace(NOTES, Optional.of(other), other));
    assertEquals(Optional.of(one), store.find(NOTES));
  }

  @Test
  void aDamagedFileIsNoEmptyMemory() throws Exception {
    TrustStore store = FileTrustStore.at(folder);
    store.pin(NOTES, signer());
    Path file = file();
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    List<byte[]> damaged = new ArrayList<>(List.of(new byte[0], new byte[whole.length]));
    for (int i = 0; i < 50; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      damaged.add(changed);
      damaged.add(Arrays.copyOf(whole, random.nextInt(whole.length)));
    }
    for (byte[] content : damaged) {
      Files.write(file, content);
      assertThrows(IOException.class, () -> store.find(NOTES));
      assertThrows(IOException.class, store::all);
      assertThrows(IOException.class, () -> store.pin(NOTES, signer()));
    }
    Files.write(file, whole);
    assertEquals(1, store.find(NOTES).orElseThrow().signers().size());
  }

  @Test
  void aFileOfAnotherCollectionIsRefused() throws Exception {
    TrustStore store = FileTrustStore.at(folder);
    store.pin(NOTES, signer());
    Path notes = file();
    store.pin("tasks", signer());
    Path tasks = files().filter(each -> !each.equals(notes)).findFirst().orElseThrow();
    Files.copy(notes, tasks, StandardCopyOption.REPLACE_EXISTING);
    assertThrows(IOException.class, store::all);
    IOException e = assertThrows(IOException.class, () -> store.find("tasks"));
    assertTrue(String.valueOf(e.getMessage()).contains("another collection"));
  }

  @Test
  void aFolderThatIsGoneIsNoEmptyMemory() throws Exception {
    Path inner = folder.resolve("inner");
    TrustStore store = FileTrustStore.at(inner);
    store.pin(NOTES, signer());
    Files.move(inner, folder.resolve("away"));
    assertThrows(IOException.class, () -> store.find(NOTES));
    assertThrows(IOException.class, store::all);
    assertThrows(IOException.class, () -> store.pin(NOTES, signer()));
  }

  /** A device that had one is not to take its loss for a first contact. */
  @Test
  void oneThatWasMadeBeforeIsNotMadeAnew() throws Exception {
    Path inner = folder.resolve("inner");
    IOException gone = assertThrows(IOException.class, () -> FileTrustStore.open(inner));
    assertTrue(String.valueOf(gone.getMessage()).contains("restore it"), gone.getMessage());
    FileTrustStore.at(inner).pin(NOTES, signer());
    assertEquals(1, FileTrustStore.open(inner).find(NOTES).orElseThrow().signers().size());
    Files.move(inner, folder.resolve("away"));
    assertThrows(IOException.class, () -> FileTrustStore.open(inner));
  }

  @Test
  void whatOthersCanWriteIsRefused() throws Exception {
    TrustStore store = FileTrustStore.at(folder);
    store.pin(NOTES, signer());
    Path file = file();
    for (String open : List.of("rw-rw----", "rw----r--", "rw-----w-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
      if (open.equals("rw----r--")) {
        assertTrue(store.find(NOTES).isPresent()); // nothing in it is secret
      } else {
        IOException e = assertThrows(IOException.class, () -> store.find(NOTES));
        assertTrue(String.valueOf(e.getMessage()).contains("chmod go-w"), e.getMessage());
      }
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
    assertThrows(IOException.class, () -> FileTrustStore.at(folder));
    assertThrows(IOException.class, () -> FileTrustStore.open(folder));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertTrue(FileTrustStore.at(folder).find(NOTES).isPresent());
  }

  @Test
  void whatBelongsToAnotherUserIsRefused() throws Exception {
    TrustStore store = FileTrustStore.at(folder);
    store.pin(NOTES, signer());
    Path file = file();
    assumeTrue(UnixFile.ownUid() == UnixFile.ROOT, "only root can give a file away");
    Files.setAttribute(file, "unix:uid", 4711);
    assertThrows(IOException.class, () -> store.find(NOTES));
    Files.setAttribute(file, "unix:uid", UnixFile.ROOT);
    Files.setAttribute(folder, "unix:uid", 4711);
    assertThrows(IOException.class, () -> FileTrustStore.open(folder));
    Files.setAttribute(folder, "unix:uid", UnixFile.ROOT);
    assertTrue(FileTrustStore.open(folder).find(NOTES).isPresent());
  }

  @Test
  void aLinkIsNotFollowedAndReadingHasAnEnd() throws Exception {
    TrustStore store = FileTrustStore.at(folder);
    store.pin(NOTES, signer());
    Path file = file();
    Path away = folder.resolve("away");
    Files.move(file, away);
    Files.createSymbolicLink(file, away);
    assertThrows(IOException.class, () -> store.find(NOTES));
    Files.delete(file);
    try (FileChannel sparse =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.allocate(1), 1L << 40);
    }
    IOException e = assertThrows(IOException.class, () -> store.find(NOTES));
    assertTrue(String.valueOf(e.getMessage()).contains("too large"), e.getMessage());
  }

  @Test
  void onlyItsOwnerReadsIt() throws Exception {
    Path inner = folder.resolve("inner");
    FileTrustStore.at(inner).pin(NOTES, signer());
    assertEquals("rwx------", permissions(inner));
    try (Stream<Path> all = Files.list(inner)) {
      for (Path file : all.toList()) {
        assertEquals("rw-------", permissions(file));
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private Stream<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".json")).toList().stream();
    }
  }

  private Path file() throws IOException {
    return files().findFirst().orElseThrow();
  }

  @Test
  void threadsLoseNoPin() throws Exception {
    int threads = 8;
    int each = 10;
    List<Thread> all = new ArrayList<>();
    AtomicInteger failures = new AtomicInteger();
    for (int i = 0; i < threads; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  TrustStore store = FileTrustStore.at(folder);
                  for (int n = 0; n < each; n++) {
                    store.pin(NOTES, signer());
                  }
                } catch (Exception e) {
                  failures.incrementAndGet();
                }
              });
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertEquals(0, failures.get());
    assertEquals(
        threads * each, FileTrustStore.at(folder).find(NOTES).orElseThrow().signers().size());
  }

  /** Opening a keyring reads the files of all collections, while a person forgets one of them. */
  @Test
  void whatIsForgottenWhileAllAreReadIsNotMissed() throws Exception {
    FileTrustStore store = FileTrustStore.at(folder);
    store.pin(NOTES, signer());
    Signer signer = signer();
    List<String> others = IntStream.range(0, 40).mapToObj(number -> "other" + number).toList();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger failures = new AtomicInteger();
    Thread person =
        new Thread(
            () -> {
              try {
                for (int round = 0; round < 3; round++) {
                  for (String other : others) {
                    store.pin(other, signer);
                  }
                  for (String other : others) {
                    store.forget(other);
                  }
                }
              } catch (IOException e) {
                failures.incrementAndGet();
              } finally {
                over.set(true);
              }
            });
    person.start();
    while (!over.get()) {
      assertTrue(store.all().containsKey(NOTES));
    }
    person.join();
    assertEquals(0, failures.get());
    assertEquals(Set.of(NOTES), store.all().keySet());
  }

  /** Pins one signer after the other, and tells each that is kept. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] folder) throws Exception {
      TrustStore store = FileTrustStore.at(Path.of(folder[0]));
      while (true) {
        Signer next = signer();
        store.pin(NOTES, next);
        System.out.println(next.key());
      }
    }
  }

  @Test
  @Tag("once")
  void whatWasToldAsKeptSurvivesAKill() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Set<Signer> told = new TreeSet<>();
    for (int i = 0; i < KILLS; i++) {
      Map<Path, Process> writers = new TreeMap<>();
      for (int n = 0; n < 2; n++) {
        Path said = folder.resolveSibling("said-" + i + "-" + n);
        writers.put(said, writer(said));
      }
      for (Map.Entry<Path, Process> writer : writers.entrySet()) {
        while (Files.size(writer.getKey()) == 0 && writer.getValue().isAlive()) {
          Thread.sleep(5);
        }
        Thread.sleep(random.nextInt(30));
        writer.getValue().destroyForcibly();
        assertEquals(137, writer.getValue().waitFor());
        List<String> lines = Files.readAllLines(writer.getKey());
        lines.stream().filter(line -> line.length() == 64).map(Signer::new).forEach(told::add);
      }
      Set<Signer> kept = FileTrustStore.at(folder).find(NOTES).orElseThrow().signers();
      assertTrue(kept.containsAll(told), () -> "seed " + seed);
    }
    assertTrue(told.size() >= 2 * KILLS);
    FileTrustStore.at(folder).pin(NOTES, signer());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(2, left.count()); // the lock and the file: what was left is swept
    }
  }

  private Process writer(Path said) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-cp",
            System.getProperty("java.class.path")
                + File.pathSeparator
                + System.getProperty("jdk.module.path", ""),
            Writer.class.getName(),
            folder.toString())
        .redirectOutput(said.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
