package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.internal.format.SlotKeyFormat;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyKind;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who else can get at the file: [keyfile-27] [keyfile-28] [keyfile-29]. */
class PermissionsTest {
  private static final int NOBODY = 65534;

  @TempDir Path directory;
  private Path path;
  private Path slotKey;

  @BeforeEach
  void makeFile() throws IOException {
    path = directory.resolve("keys");
    slotKey = directory.resolve("slot");
    KeyFile.create(path, NewSlot.raw(slotKey), CustodyOptions.defaults()).close();
  }

  private CustodyException denied() {
    return fails(Kind.DENIED, () -> KeyFile.open(path, CustodyOptions.defaults()));
  }

  private static void mode(Path file, int mode) throws IOException {
    Files.setAttribute(file, "unix:mode", mode);
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  @Test
  void allFilesAreMadeForTheirOwnerOnly() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
            file.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0640, 0604, 0660, 0610, 0601, 0666, 0777})
  void refusesFilesOpenToOthers(int mode) throws IOException {
    mode(path, mode);
    assertTrue(denied().getMessage().contains("chmod 600 '" + path + "'"));
    mode(path, 0400);
    KeyFile.open(path, CustodyOptions.defaults()).close();
  }

  @Test
  void refusesLinksAndWhatIsNoFile() throws IOException {
    Path real = directory.resolve("real");
    Files.move(path, real);
    Files.createSymbolicLink(path, real);
    assertTrue(denied().getMessage().contains("symbolic link"));
    Files.delete(path);
    Files.createLink(path, real);
    assertTrue(denied().getMessage().contains("hard link"));
    Files.delete(path);
    Files.createDirectory(path);
    assertTrue(denied().getMessage().contains("not a regular file"));
    Files.delete(path);
    Files.move(real, path);
    KeyFile.open(path, CustodyOptions.defaults()).close();
  }

  @Test
  void refusesDirectoriesWhereOthersReplaceFiles() throws IOException {
    for (int mode : List.of(0777, 0770, 0707, 0720, 0702)) {
      mode(directory, mode);
      assertTrue(denied().getMessage().contains("chmod go-w '" + directory + "'"));
      fails(
          Kind.DENIED,
          () ->
              KeyFile.create(
                  directory.resolve("other"),
                  NewSlot.raw(directory.resolve("o" + mode)),
                  CustodyOptions.defaults()));
    }
    mode(directory, 01777);
    KeyFile.open(path, CustodyOptions.defaults()).close();
    mode(directory, 0755);
    KeyFile.open(path, CustodyOptions.defaults()).close();
  }

  @Test
  void refusesOtherOwners() throws IOException {
    assumeTrue(isRoot(), "only root can give files away");
    Files.setAttribute(path, "unix:uid", NOBODY);
    assertTrue(denied().getMessage().contains("run this program as its owner, or, where"));
    Files.setAttribute(path, "unix:uid", 0);
    Files.setAttribute(directory, "unix:uid", NOBODY);
    assertTrue(denied().getMessage().contains("belongs to another user"));
    Files.setAttribute(directory, "unix:uid", 0);
    Files.setAttribute(slotKey, "unix:uid", NOBODY);
    try (KeyFile file = openWithSlotKey(slotKey)) {
      fails(Kind.DENIED, file::unlock);
    }
  }

  private KeyFile openWithSlotKey(Path secret) {
    return new KeyFileProvider()
        .open(
            CustodyUri.parse(CustodyUri.ofFile(path).canonical() + "?slot-key=" + secret),
            CustodyOptions.defaults());
  }

  @Test
  void namedSecretsMayBeLinksAndGroupReadableOnly() throws IOException {
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, slotKey);
    for (int mode : List.of(0400, 0600, 0440, 0640)) {
      mode(slotKey, mode);
      try (KeyFile file = openWithSlotKey(link)) {
        file.unlock();
      }
    }
    for (int mode : List.of(0604, 0644, 0660, 0601, 0620)) {
      mode(slotKey, mode);
      try (KeyFile file = openWithSlotKey(slotKey)) {
        assertTrue(fails(Kind.DENIED, file::unlock).getMessage().contains("chmod o=,g-wx"));
      }
    }
    try (KeyFile file = openWithSlotKey(directory.resolve("none"))) {
      fails(Kind.LOCKED, file::unlock);
    }
  }

  @Test
  void aSlotKeyBesideTheFileIsHeldToTheSameRules() throws IOException {
    Path own = directory.resolve("own");
    KeyFile.create(own, NewSlot.raw(), CustodyOptions.defaults()).close();
    try (var files = Files.list(directory);
        KeyFile file = KeyFile.open(own, CustodyOptions.defaults())) {
      Path beside =
          files.filter(one -> one.toString().endsWith(".slotkey")).findFirst().orElseThrow();
      assertEquals(SlotKeyFormat.LENGTH, Files.size(beside));
      mode(beside, 0640);
      fails(Kind.DENIED, file::unlock);
      mode(beside, 0600);
      file.unlock();
    }
  }

  /** A copy of what the other process needs, since a build directory may be closed to others. */
  private String readableClassPath() throws IOException, URISyntaxException {
    List<String> copies = new ArrayList<>();
    for (Class<?> type :
        List.of(WriterProcess.class, KeyFile.class, CustodyOptions.class, Argon2Cost.class)) {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path to = directory.resolve("classes" + copies.size());
      try (var files = Files.walk(from)) {
        for (Path file : files.toList()) {
          Path copy = to.resolve(from.relativize(file).toString());
          Files.copy(file, copy);
          mode(copy, Files.isDirectory(file) ? 0755 : 0644);
        }
      }
      copies.add(to.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  /** A directory that may not be written: wraps are counted in memory. [keyfile-37] */
  @Test
  void worksReadOnlyAndSaysSo() throws Exception {
    Path own = directory.resolve("read only");
    Files.createDirectory(own);
    Path keys = own.resolve("keys");
    try (KeyFile file = KeyFile.create(keys, NewSlot.raw(), CustodyOptions.defaults())) {
      file.generate("main", KeyKind.UMK);
    }
    byte[] before = Files.readAllBytes(keys);
    mode(own, 0500);
    List<String> command = WriterProcess.command("readonly", "-Xmx256m");
    command.set(command.indexOf("-cp") + 1, readableClassPath());
    ProcessBuilder reader = new ProcessBuilder(command);
    if (isRoot()) {
      // Root may write everywhere, so another user reads.
      assumeTrue(new File("/usr/bin/setpriv").canExecute(), "needs setpriv");
      try (var files = Files.list(own)) {
        for (Path file : files.toList()) {
          Files.setAttribute(file, "unix:uid", NOBODY);
        }
      }
      Files.setAttribute(own, "unix:uid", NOBODY);
      mode(directory, 0755);
      reader
          .command()
          .addAll(
              0, List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    Process process = reader.redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      process.outputWriter().append(keys + "\n").flush();
      List<String> said = out.lines().toList();
      assertEquals(
          List.of("WRAPPED 40", "PERSISTS false", "READ-ONLY true", "GENERATE DENIED"), said);
    }
    mode(own, 0700);
    assertArrayEquals(before, Files.readAllBytes(keys));
  }
}
