package dev.e2ee.custody.file;

import static dev.e2ee.custody.file.KeyFileTest.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody waits for the key file while a keychain asks a person. [keyfile-48] */
@Timeout(60)
class KeychainAsksTest {
  private static final CustodyOptions OPTIONS =
      CustodyOptions.defaults().withDeadline(Duration.ofSeconds(40));

  @TempDir Path folder;
  private Path path;
  private Person person;

  @BeforeEach
  void paths() throws IOException {
    Path real = folder.toRealPath();
    path = real.resolve("keys");
    person = new Person(new ItemInFile(real.resolve("item")));
  }

  /** A keychain's item, for which a person is asked each time once they are slow. */
  private static final class Person implements KekHolder {
    static final Duration THINKING = Duration.ofMillis(50);

    final ItemInFile item;
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch answered = new CountDownLatch(1);
    final List<Duration> limits = new CopyOnWriteArrayList<>();
    volatile boolean slow;

    Person(ItemInFile item) {
      this.item = item;
    }

    private void ask(Duration limit) {
      limits.add(limit);
      try {
        Thread.sleep(THINKING.toMillis());
        if (slow) {
          asked.countDown();
          assertTrue(answered.await(30, TimeUnit.SECONDS), "nobody else went on");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String description() {
      return item.description();
    }

    @Override
    public SecretBytes read(Duration limit) {
      ask(limit);
      return item.read(limit);
    }

    @Override
    public void create(SecretBytes content, Duration limit) {
      ask(limit);
      item.create(content, limit);
    }
  }

  /** What an operation ends with when others do something while the person is asked. */
  private Kind meanwhile(Runnable operation, Runnable others) throws InterruptedException {
    person.limits.clear();
    person.slow = true;
    CompletableFuture<Void> result = CompletableFuture.runAsync(operation);
    assertTrue(person.asked.await(30, TimeUnit.SECONDS));
    others.run();
    person.answered.countDown();
    CompletionException ended = assertThrows(CompletionException.class, result::join);
    person.slow = false;
    CustodyException e = assertInstanceOf(CustodyException.class, ended.getCause());
    String told = String.valueOf(e.getMessage());
    boolean made = person.limits.size() == 2; // it was read, and was not there
    assertEquals(made, e.mayHaveTakenEffect());
    assertEquals(made, told.endsWith(person.description() + " was made; the next try takes it"));
    return e.kind();
  }

  private KeyFile raw() {
    return KeyFile.create(path, NewSlot.raw(), OPTIONS);
  }

  private void another() {
    try (KeyFile file = KeyFile.open(path, OPTIONS)) {
      file.unlock();
      file.generate("another", KeyKind.UMK);
    }
  }

  private void isTakenByAnotherTry(KeyFile file) {
    assertTrue(Files.exists(person.item.file()), "an item stays");
    NewSlot again = NewSlot.keychain(person);
    file.addSlot(again);
    assertTrue(again.tookItem());
    try (KeyFile opened = KeyFile.open(path, person, OPTIONS)) {
      opened.unlock();
    }
  }

  @Test
  void whoAddsASlotKeepsNobodyFromLocking() throws Exception {
    try (KeyFile file = raw()) {
      Kind ended = meanwhile(() -> file.addSlot(NewSlot.keychain(person)), file::lock);
      assertEquals(Kind.LOCKED, ended);
      file.unlock();
      assertEquals(1, file.slots().size());
      isTakenByAnotherTry(file);
    }
  }

  @Test
  void whoAddsASlotKeepsNobodyFromChangingTheFile() throws Exception {
    try (KeyFile file = raw()) {
      Kind ended = meanwhile(() -> file.addSlot(NewSlot.keychain(person)), this::another);
      assertEquals(Kind.CONFLICT, ended);
      assertEquals("another", file.list().get(0).name());
      assertEquals(1, file.slots().size());
      isTakenByAnotherTry(file);
    }
  }

  @Test
  void whoCreatesAFileKeepsNobodyFromCreatingIt() throws Exception {
    Kind ended =
        meanwhile(
            () -> KeyFile.create(path, NewSlot.keychain(person), OPTIONS).close(),
            () -> raw().close());
    assertEquals(Kind.CONFLICT, ended);
    try (KeyFile file = KeyFile.open(path, OPTIONS)) {
      assertEquals(List.of(SlotType.RAW), file.slots().stream().map(SlotInfo::type).toList());
      file.unlock();
      isTakenByAnotherTry(file);
    }
  }

  /** [keyfile-39] */
  @Test
  void whoRemovesASlotKeepsNobodyFromLocking() throws Exception {
    try (KeyFile file = KeyFile.create(path, NewSlot.keychain(person), OPTIONS)) {
      SlotInfo raw = file.addSlot(NewSlot.raw());
      assertEquals(Kind.LOCKED, meanwhile(() -> file.removeSlot(raw.id()), file::lock));
      file.unlock();
      file.removeSlot(raw.id());
      assertEquals(1, file.slots().size());
    }
  }

  @Test
  void theKeychainIsNotAskedWhereAnotherSlotIsSureToOpenTheFile() throws IOException {
    try (SecretBytes passphrase = Passphrase.of("a passphrase of some length".toCharArray());
        KeyFile file = KeyFile.create(path, NewSlot.keychain(person), OPTIONS)) {
      SlotInfo raw = file.addSlot(NewSlot.raw());
      SlotInfo typed = file.addSlot(NewSlot.passphrase(passphrase, WriterProcess.FLOOR));
      person.limits.clear();
      file.removeSlot(typed.id()); // the slot key is there and fits
      SlotInfo again = file.addSlot(NewSlot.passphrase(passphrase, WriterProcess.FLOOR));
      file.removeSlot(raw.id());
      assertEquals(List.of(), person.limits);
      file.removeSlot(again.id());
      assertEquals(1, person.limits.size());
    }
  }

  @Test
  void whatTheFileWouldRefuseMakesNoItem() throws IOException {
    try (KeyFile file = raw()) {
      another();
      fails(Kind.CONFLICT, () -> file.addSlot(NewSlot.keychain(person)));
      file.list();
      fails(Kind.POLICY, () -> file.addSlot(NewSlot.keychain(person).labelled("x".repeat(65))));
      file.lock();
      fails(Kind.LOCKED, () -> file.addSlot(NewSlot.keychain(person)));
      file.unlock();
      for (int i = 1; i < 16; i++) {
        file.addSlot(NewSlot.raw());
      }
      fails(Kind.EXHAUSTED, () -> file.addSlot(NewSlot.keychain(person)));
      fails(Kind.CONFLICT, () -> KeyFile.create(path, NewSlot.keychain(person), OPTIONS).close());
    }
    Path open = Files.createDirectory(path.resolveSibling("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
    Path there = open.resolve("keys");
    fails(Kind.DENIED, () -> KeyFile.create(there, NewSlot.keychain(person), OPTIONS).close());
    assertEquals(List.of(), person.limits);
    assertFalse(Files.exists(person.item.file()));
  }

  @Test
  void oneDeadlineIsForAllOfIt() {
    try (KeyFile file = raw()) {
      file.addSlot(NewSlot.keychain(person));
    }
    Duration read = person.limits.get(0);
    Duration create = person.limits.get(1);
    assertTrue(create.compareTo(read.minus(Person.THINKING)) <= 0, read + ", then " + create);
  }
}
