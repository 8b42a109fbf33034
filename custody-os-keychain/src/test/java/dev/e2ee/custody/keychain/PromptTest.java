package dev.e2ee.custody.keychain;

import static dev.e2ee.custody.keychain.Notes.OPTIONS;
import static dev.e2ee.custody.keychain.Notes.URI;
import static dev.e2ee.custody.keychain.Notes.withAKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** GNOME Keyring asks for its password in its own window, and somebody types there. */
@Tag("once")
class PromptTest {
  private static final CustodyOptions ASKING =
      OPTIONS.withInteraction(true).withDeadline(Duration.ofMinutes(1));

  private Desktop desktop;
  private Screen screen;
  private KeyId id;

  @BeforeEach
  void logInAndLock() throws Exception {
    desktop = Desktop.loggedIn();
    screen = Screen.on();
    id = withAKey();
    desktop.lock();
  }

  @AfterEach
  void logOut() {
    if (screen == null) {
      return; // skipped
    }
    boolean lives = desktop.keyringLives();
    screen.close();
    desktop.close();
    assertTrue(lives, "GNOME Keyring survives whatever becomes of its question");
  }

  private static Kind kind(CompletableFuture<?> failing) {
    ExecutionException e = assertThrows(ExecutionException.class, failing::get);
    return ((CustodyException) e.getCause()).kind();
  }

  /** What is typed before the keychain asks, or has asked again, is lost. */
  private void typeUntilDone(CompletableFuture<Void> unlocking) throws Exception {
    while (!unlocking.isDone()) {
      screen.type(Desktop.PASSWORD);
      Thread.sleep(200);
    }
    unlocking.get();
  }

  @Test
  void whoTypesThePasswordOpensIt() throws Exception {
    try (Keychain custody = Keychain.open(URI, ASKING)) {
      CompletableFuture<Void> unlocking = CompletableFuture.runAsync(custody::unlock);
      screen.awaitQuestion();
      screen.type("not the login's password");
      Thread.sleep(1000);
      assertTrue(screen.asks()); // again
      typeUntilDone(unlocking);
      assertEquals(id, custody.find("records").id());
      assertFalse(Desktop.isLocked());
    }
  }

  @Test
  void whoDismissesItHasCancelled() throws Exception {
    try (Keychain custody = Keychain.open(URI, ASKING)) {
      CompletableFuture<Void> unlocking = CompletableFuture.runAsync(custody::unlock);
      screen.awaitQuestion();
      screen.dismiss();
      assertEquals(Kind.CANCELLED, kind(unlocking));
    }
    desktop.unlock();
    assertEquals(1, Desktop.items("notes", "ann"));
  }

  @Test
  void aStoreIsMadeOnceThePasswordIsTyped() throws Exception {
    CustodyUri other = URI.withAttribute("account", "ben");
    CompletableFuture<Keychain> making =
        CompletableFuture.supplyAsync(() -> Keychain.create(other, ASKING));
    screen.awaitQuestion();
    screen.type(Desktop.PASSWORD);
    making.get().close();
    assertEquals(1, Desktop.items("notes", "ben"));
  }

  @Test
  void aQuestionThatNobodyAnswersStaysAndIsTheOnlyOne() throws Exception {
    CustodyOptions brief = ASKING.withDeadline(Duration.ofSeconds(3));
    try (Keychain custody = Keychain.open(URI, brief)) {
      for (int i = 0; i < 2; i++) {
        CustodyException e = assertThrows(CustodyException.class, custody::unlock);
        assertEquals(Kind.TIMEOUT, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("its window stays open"));
      }
      screen.type(Desktop.PASSWORD);
      try (Keychain patient = Keychain.open(URI, ASKING)) {
        patient.unlock(); // once that answer is there
        assertEquals(id, patient.find("records").id());
      }
      assertFalse(screen.asks());
    }
  }

  @Test
  void afterAnInterruptTheQuestionIsAnsweredFirst() throws Exception {
    try (Keychain custody = Keychain.open(URI, ASKING)) {
      AtomicReference<Kind> end = new AtomicReference<>();
      Thread waiting =
          new Thread(
              () -> {
                CustodyException e = assertThrows(CustodyException.class, custody::unlock);
                end.set(e.kind());
              });
      waiting.start();
      screen.awaitQuestion();
      waiting.interrupt();
      waiting.join();
      assertEquals(Kind.CANCELLED, end.get());
      CompletableFuture<Void> unlocking = CompletableFuture.runAsync(custody::unlock);
      Thread.sleep(500);
      assertFalse(unlocking.isDone());
      screen.dismiss();
      typeUntilDone(unlocking);
      assertEquals(id, custody.find("records").id());
    }
  }

  @Test
  void aKeychainThatDiesWhileItAsksIsRemoved() throws Exception {
    try (Keychain custody = Keychain.open(URI, ASKING)) {
      CompletableFuture<Void> unlocking = CompletableFuture.runAsync(custody::unlock);
      screen.awaitQuestion();
      desktop.killKeyring();
      desktop.startKeyring(Desktop.PASSWORD);
      assertEquals(Kind.REMOVED, kind(unlocking));
      custody.unlock();
      assertEquals(id, custody.find("records").id());
    }
  }

  @Test
  void aKeychainThatDiesWithItsQuestionIsAskedAnew() throws Exception {
    CustodyOptions brief = ASKING.withDeadline(Duration.ofSeconds(3));
    try (Keychain custody = Keychain.open(URI, brief)) {
      CustodyException e = assertThrows(CustodyException.class, custody::unlock);
      assertEquals(Kind.TIMEOUT, e.kind());
    }
    desktop.killKeyring();
    desktop.startKeyring(Desktop.PASSWORD);
    try (Keychain custody = Keychain.open(URI, ASKING)) {
      custody.unlock();
      assertEquals(id, custody.find("records").id());
      custody.lock();
      desktop.lock();
      CompletableFuture<Void> unlocking = CompletableFuture.runAsync(custody::unlock);
      typeUntilDone(unlocking);
    }
  }

  @Test
  void nobodyIsAskedWhereThatIsNotAllowed() throws Exception {
    try (Keychain custody = Keychain.open(URI, ASKING.withInteraction(false))) {
      CustodyException e = assertThrows(CustodyException.class, custody::unlock);
      assertEquals(Kind.LOCKED, e.kind());
    }
    assertFalse(screen.asks());
  }
}
