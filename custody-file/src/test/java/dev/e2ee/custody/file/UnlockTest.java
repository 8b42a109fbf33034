package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the secret comes from, and what a wrong one costs. */
class UnlockTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys");
  }

  private void create(String passphrase) {
    try (SecretBytes secret = Passphrase.of(passphrase.toCharArray())) {
      var slot = NewSlot.passphrase(secret, WriterProcess.FLOOR);
      KeyFile.create(path(), slot, CustodyOptions.defaults()).close();
    }
  }

  private KeyFile open(CallbackHandler handler) {
    return KeyFile.open(path(), CustodyOptions.defaults().withCallbackHandler(handler));
  }

  private KeyFile open(String query) {
    String uri = CustodyUri.ofFile(path()).canonical() + "?" + query;
    return new KeyFileProvider().open(CustodyUri.parse(uri), CustodyOptions.defaults());
  }

  private void unlocks(String query) {
    try (KeyFile file = open(query)) {
      file.unlock();
    }
  }

  private Path secretFile(String content) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path file = Files.createTempFile(directory, "secret", "", mode);
    return Files.writeString(file, content);
  }

  /** [keyfile-26] */
  @Test
  void aWrongPassphraseCostsOneDerivationHoweverOftenItIsGiven() {
    create("right");
    Passphrases person = Passphrases.of("wrong");
    try (KeyFile file = open(person)) {
      CustodyException first = fails(Kind.AUTH_FAILED, file::unlock);
      assertTrue(first.getMessage().contains("wrong passphrase"), first.getMessage());
      for (int i = 0; i < 1000; i++) {
        CustodyException error = fails(Kind.AUTH_FAILED, file::unlock);
        assertTrue(error.getMessage().contains("not tried again"), error.getMessage());
      }
      assertEquals(1001, person.asked);
    }
  }

  @Test
  void aNewPassphraseIsTried() {
    create("right");
    try (KeyFile file = open(Passphrases.of("wrong", "also wrong", "right"))) {
      fails(Kind.AUTH_FAILED, file::unlock);
      CustodyException second = fails(Kind.AUTH_FAILED, file::unlock);
      assertFalse(second.getMessage().contains("not tried"), second.getMessage());
      file.unlock();
      file.list();
    }
  }

  /** What was wrong may be right once somebody has changed the passphrase. */
  @Test
  void theLatchGoesWhenTheSlotsChange() {
    create("old");
    try (KeyFile file = open(Passphrases.of("new"));
        KeyFile owner = open(Passphrases.of("old"))) {
      fails(Kind.AUTH_FAILED, file::unlock);
      owner.unlock();
      try (SecretBytes next = Passphrase.of("new".toCharArray())) {
        owner.changePassphrase(next);
      }
      file.unlock();
    }
  }

  @Test
  void asksOnlyWhenItUnlocks() {
    create("right");
    Passphrases person = Passphrases.of("right");
    try (KeyFile file = open(person)) {
      file.list();
      file.slots();
      file.health();
      file.capabilities();
      assertEquals(0, person.asked);
      file.unlock();
      file.unlock();
      assertEquals(1, person.asked);
    }
  }

  @Test
  void nobodyToAskIsLocked() {
    create("right");
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
      fails(Kind.LOCKED, file::unlock);
    }
    CallbackHandler unable =
        callbacks -> {
          throw new UnsupportedCallbackException(callbacks[0]);
        };
    try (KeyFile file = open(unable)) {
      fails(Kind.LOCKED, file::unlock);
    }
    CallbackHandler broken =
        callbacks -> {
          throw new IOException("no terminal");
        };
    try (KeyFile file = open(broken)) {
      fails(Kind.LOCKED, file::unlock);
    }
    CallbackHandler dismissed = callbacks -> {};
    try (KeyFile file = open(dismissed)) {
      fails(Kind.CANCELLED, file::unlock);
    }
  }

  @Test
  void theQuestionNamesTheFile() {
    create("right");
    StringBuilder asked = new StringBuilder();
    CallbackHandler person =
        callbacks -> {
          for (Callback callback : callbacks) {
            PasswordCallback password = (PasswordCallback) callback;
            asked.append(password.getPrompt()).append(password.isEchoOn());
            password.setPassword("right".toCharArray());
          }
        };
    try (KeyFile file = open(person)) {
      file.unlock();
    }
    assertTrue(asked.toString().contains(path().toString()), asked.toString());
    assertTrue(asked.toString().endsWith("false"), "nothing is echoed");
  }

  /** [keyfile-19] [keyfile-29] */
  @Test
  void readsPassphraseFiles() throws IOException {
    create("Zürich");
    for (String content : new String[] {"Zürich", "Zürich\n", "Zürich\r\n", "Zu\u0308rich\n"}) {
      unlocks("passphrase-source=file:" + secretFile(content));
    }
    for (String content : new String[] {"Zürich\n\n", "Zürich ", "Zurich"}) {
      try (KeyFile file = open("passphrase-source=file:" + secretFile(content))) {
        fails(Kind.AUTH_FAILED, file::unlock);
      }
    }
    for (String content : new String[] {"", "\n", "x".repeat(1025), "x".repeat(5000)}) {
      try (KeyFile file = open("passphrase-source=file:" + secretFile(content))) {
        fails(Kind.POLICY, file::unlock);
      }
    }
    Path latin = Files.write(secretFile(""), new byte[] {'Z', (byte) 0xfc});
    try (KeyFile file = open("passphrase-source=file:" + latin)) {
      fails(Kind.POLICY, file::unlock);
    }
    try (KeyFile file = open("passphrase-source=file:" + directory.resolve("none"))) {
      fails(Kind.LOCKED, file::unlock);
    }
    Path readable = secretFile("Zürich");
    Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rw-r--r--"));
    try (KeyFile file = open("passphrase-source=file:" + readable)) {
      fails(Kind.DENIED, file::unlock);
    }
  }

  /** What {@code <(pass show …)} of a shell gives: a pipe, which does not tell its length. */
  @ParameterizedTest
  @ValueSource(strings = {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
  void readsAPipeThatIsHeldAsADescriptor(String source) throws Exception {
    create("right");
    List<String> command = WriterProcess.command("uri", "-Xmx256m");
    command.add(CustodyUri.ofFile(path()).canonical() + "?passphrase-source=file:" + source);
    Process process = new ProcessBuilder(command).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      process.outputWriter().append("ri").flush();
      Thread.sleep(200); // the rest comes later, as from a program that computes
      process.outputWriter().append("ght\n").close();
      assertEquals("UNLOCKED", out.readLine());
    }
  }

  /** Opened, it would wait for a writer for ever. */
  @Test
  @Timeout(60)
  void refusesNamedPipesAndOtherThingsThatAreNoFiles() throws Exception {
    create("right");
    Path pipe = directory.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start().waitFor());
    for (Path secret : List.of(pipe, directory, Path.of("/dev/null"))) {
      for (String query : List.of("passphrase-source=file:", "slot-key=")) {
        try (KeyFile file = open(query + secret)) {
          CustodyException error = fails(Kind.DENIED, file::unlock);
          assertTrue(error.getMessage().contains("/dev/stdin"), error.getMessage());
        }
      }
    }
  }

  /** A secret that is not mounted: the keys are there all the same. */
  @Test
  void aSecretThatIsNotThereIsLocked() {
    create("right");
    for (String query : List.of("passphrase-source=file:", "slot-key=")) {
      try (KeyFile file = open(query + directory.resolve("unmounted"))) {
        CustodyException error = fails(Kind.LOCKED, file::unlock);
        assertTrue(error.getMessage().contains("mount"), error.getMessage());
      }
    }
  }

  @Test
  void readsTheEnvironment() {
    String name =
        System.getenv().entrySet().stream()
            .filter(entry -> entry.getKey().matches("[A-Z_]+"))
            .filter(entry -> entry.getValue().matches("[ -~]{1,500}"))
            .findFirst()
            .orElseThrow()
            .getKey();
    create(System.getenv(name));
    unlocks("passphrase-source=env:" + name);
    try (KeyFile file = open("passphrase-source=env:E2EE_TEST_NOT_SET")) {
      CustodyException error = fails(Kind.LOCKED, file::unlock);
      assertFalse(error.getMessage().contains("NOT_SET"), "no query in a message");
    }
  }

  /** What is named is taken or fails: nothing else is tried. */
  @Test
  void aNamedSourceIsTheOnlyOne() throws IOException {
    KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults()).close();
    unlocks("slot-key=" + slotKeyBeside());
    try (KeyFile file = open("passphrase-source=file:" + secretFile("x"))) {
      CustodyException error = fails(Kind.LOCKED, file::unlock);
      assertTrue(error.getMessage().contains("no slot for a passphrase"), error.getMessage());
    }
    try (KeyFile file = open("slot-key=" + secretFile("x"))) {
      fails(Kind.CORRUPT, file::unlock);
    }
  }

  private Path slotKeyBeside() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".slotkey")).findFirst().orElseThrow();
    }
  }

  /** [keyfile-19] */
  @ParameterizedTest
  @ValueSource(strings = {"", "\ud800", "a\udc00b"})
  void refusesWhatIsNoPassphrase(String text) {
    fails(Kind.POLICY, () -> Passphrase.of(text.toCharArray()));
  }

  /** [keyfile-19] */
  @Test
  void composedAndDecomposedTextIsOnePassphrase() {
    try (SecretBytes composed = Passphrase.of("Å\u00e9".toCharArray());
        SecretBytes decomposed = Passphrase.of("A\u030ae\u0301".toCharArray());
        SecretBytes longest = Passphrase.of("x".repeat(1024).toCharArray())) {
      assertTrue(composed.sameBytes(decomposed));
      assertEquals(1024, longest.length());
    }
    fails(Kind.POLICY, () -> Passphrase.of("x".repeat(1025).toCharArray()));
    fails(Kind.POLICY, () -> Passphrase.of("ä".repeat(513).toCharArray()));
  }

  /** [keyfile-18] A JVM of 64 MiB cannot derive with 19 MiB, which is more than a quarter. */
  @Test
  void aSmallHeapHasAnErrorOfItsOwn() throws Exception {
    create("pass");
    for (String heap : new String[] {"-Xmx64m", "-Xmx256m"}) {
      Process process = new ProcessBuilder(WriterProcess.command("passphrase", heap)).start();
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        process.outputWriter().append(path() + "\n").flush();
        String said = String.valueOf(out.readLine());
        if (heap.equals("-Xmx64m")) {
          assertTrue(said.startsWith("EXHAUSTED") && said.contains("-Xmx"), said);
        } else {
          assertEquals("UNLOCKED", said);
        }
      }
      assertEquals(0, process.waitFor());
    }
  }

  /** [keyfile-40] */
  @Test
  void twoFilesOfOnePassphraseHaveNothingInCommon() throws IOException {
    create("same");
    String first = java.util.HexFormat.of().formatHex(Files.readAllBytes(path()));
    Files.delete(path());
    create("same");
    String second = java.util.HexFormat.of().formatHex(Files.readAllBytes(path()));
    assertEquals(first.length(), second.length());
    assertEquals(first.substring(0, 48), second.substring(0, 48), "up to the revision");
    assertNotEquals(first.substring(48, 80), second.substring(48, 80), "the file id");
    int salt = 2 * (16 + 8 + 16 + 2 + 1 + 16 + 8 + 1 + "passphrase".length() + 2 + 12);
    assertNotEquals(first.substring(salt, salt + 64), second.substring(salt, salt + 64), "salt");
  }
}
