package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.internal.format.Bytes;
import dev.e2ee.custody.file.internal.format.Slot;
import dev.e2ee.custody.file.internal.format.SlotBody;
import dev.e2ee.custody.file.internal.format.SlotHead;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.SecretBytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which secret opens a file with several slots, and who may wait for whom meanwhile. */
@Tag("once")
class UnlockSourcesTest {
  @TempDir Path directory;

  private Path path() {
    return directory.resolve("keys");
  }

  /** A file with a slot key beside it and the passphrase "pass". */
  private void createWithBoth() {
    try (KeyFile file = KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults());
        SecretBytes secret = Passphrase.of("pass".toCharArray())) {
      file.addSlot(NewSlot.passphrase(secret, WriterProcess.FLOOR));
    }
  }

  private void createWithPassphrase() {
    try (SecretBytes secret = Passphrase.of("pass".toCharArray())) {
      NewSlot slot = NewSlot.passphrase(secret, WriterProcess.FLOOR);
      KeyFile.create(path(), slot, CustodyOptions.defaults()).close();
    }
  }

  private Path slotKeyBeside() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".slotkey")).findFirst().orElseThrow();
    }
  }

  private KeyFile open(CallbackHandler handler) {
    return KeyFile.open(path(), CustodyOptions.defaults().withCallbackHandler(handler));
  }

  /** [keyfile-46] */
  @Test
  void aSlotKeyBesideTheFileDoesNotAnswerForThePerson() {
    createWithBoth();
    try (KeyFile file = open(Passphrases.of("wrong"))) {
      fails(Kind.AUTH_FAILED, file::unlock);
      fails(Kind.LOCKED, () -> file.find("main"));
    }
    Passphrases person = Passphrases.of("pass");
    try (KeyFile file = open(person)) {
      file.unlock();
      assertEquals(1, person.asked);
    }
    try (KeyFile file = KeyFile.open(path(), CustodyOptions.defaults())) {
      file.unlock();
    }
  }

  /** [keyfile-46] What a person could type would open nothing. */
  @Test
  void withoutAPassphraseSlotTheSlotKeyIsTakenInSpiteOfAHandler() {
    KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults()).close();
    Passphrases person = Passphrases.of("pass");
    try (KeyFile file = open(person)) {
      file.unlock();
      assertEquals(0, person.asked);
    }
  }

  @Test
  void twoSourcesAtOnceAreRefused() throws IOException {
    createWithBoth();
    String uri =
        CustodyUri.ofFile(path()).canonical()
            + "?passphrase-source=callback:&slot-key="
            + slotKeyBeside();
    CustodyException error =
        fails(
            Kind.POLICY,
            () ->
                new KeyFileProvider()
                    .open(CustodyUri.parse(uri), CustodyOptions.defaults())
                    .close());
    assertTrue(error.getMessage().contains("both"), error.getMessage());
  }

  @Test
  void theAuditSaysWhatOpenedIt() {
    createWithBoth();
    List<AuditRecord> events = new CopyOnWriteArrayList<>();
    CustodyOptions options = CustodyOptions.defaults().withAuditSink(events::add);
    try (KeyFile file = KeyFile.open(path(), options)) {
      file.unlock();
    }
    try (KeyFile file = KeyFile.open(path(), options.withCallbackHandler(Passphrases.of("pass")))) {
      file.unlock();
      file.unlock();
    }
    List<String> reasons =
        events.stream()
            .filter(event -> event.operation().equals("unlock"))
            .map(event -> event.reason().orElseThrow())
            .toList();
    assertTrue(reasons.get(0).startsWith("opened by the slot-key slot "), reasons.toString());
    assertTrue(reasons.get(1).startsWith("opened by the passphrase slot "), reasons.toString());
    assertEquals("it was unlocked", reasons.get(2));
  }

  /** Does something while the person is asked, then answers "pass". */
  private record Slow(List<KeyFile> asked, Consumer<KeyFile> meanwhile) implements CallbackHandler {
    @Override
    public void handle(Callback[] callbacks) {
      meanwhile.accept(asked.get(0));
      ((PasswordCallback) callbacks[0]).setPassword("pass".toCharArray());
    }
  }

  private KeyFile openSlow(Consumer<KeyFile> meanwhile) {
    List<KeyFile> asked = new ArrayList<>();
    CustodyOptions options =
        CustodyOptions.defaults()
            .withDeadline(Duration.ofSeconds(3))
            .withCallbackHandler(new Slow(asked, meanwhile));
    KeyFile file = KeyFile.open(path(), options);
    asked.add(file);
    return file;
  }

  @Test
  void aPersonSlowerThanTheDeadlineIsInTime() {
    createWithPassphrase();
    try (KeyFile file = openSlow(same -> sleep(Duration.ofMillis(3100)))) {
      file.unlock();
      file.list();
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void othersMayLookAndLockWhileAPersonIsAsked() {
    createWithPassphrase();
    try (KeyFile file =
        openSlow(
            same -> {
              assertEquals(
                  Status.LOCKED, CompletableFuture.supplyAsync(same::health).join().status());
              CompletableFuture.runAsync(same::lock).join();
            })) {
      file.unlock();
      file.list();
    }
  }

  @Test
  void closingWhileAPersonIsAskedGivesClosed() {
    createWithPassphrase();
    try (KeyFile file = openSlow(KeyFile::close)) {
      fails(Kind.CLOSED, file::unlock);
      fails(Kind.CLOSED, file::unlock);
    }
    try (KeyFile file = openSlow(same -> CompletableFuture.runAsync(same::close).join())) {
      fails(Kind.CLOSED, file::unlock);
    }
  }

  /** [keyfile-45] A JVM of 256 MiB cannot derive with 128 MiB. */
  @ParameterizedTest
  @CsvSource({"pass, UNLOCKED", "other, EXHAUSTED"})
  void aSlotTooLargeDoesNotKeepTheOthersFromBeingTried(String passphrase, String expected)
      throws Exception {
    try (KeyFile file = KeyFile.create(path(), NewSlot.raw(), CustodyOptions.defaults());
        SecretBytes secret = Passphrase.of(passphrase.toCharArray())) {
      file.addSlot(NewSlot.passphrase(secret, WriterProcess.FLOOR));
    }
    Tampering.edit(
        path(),
        document -> {
          List<Slot> slots = new ArrayList<>(document.slots());
          slots.add(1, dear(slots.get(1)));
          return document.withSlots(slots);
        });
    Files.delete(slotKeyBeside());
    Process process = new ProcessBuilder(WriterProcess.command("passphrase", "-Xmx256m")).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      process.outputWriter().append(path() + "\n").flush();
      String said = String.valueOf(out.readLine());
      assertTrue(said.startsWith(expected), said);
    }
    assertEquals(0, process.waitFor());
  }

  private static Slot dear(Slot slot) {
    SlotHead head = slot.head();
    byte[] id = head.id().copy();
    id[0] ^= 1;
    SlotBody.OfPassphrase body = (SlotBody.OfPassphrase) slot.body();
    return new Slot(
        new SlotHead(Bytes.of(id), head.created(), head.label()),
        new SlotBody.OfPassphrase(
            new Argon2Cost(131_072, 2, 1), body.salt(), body.commitment(), body.box()));
  }
}
