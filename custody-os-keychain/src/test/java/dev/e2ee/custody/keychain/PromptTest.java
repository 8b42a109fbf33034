package dev.e2ee.custody.keychain;

import static dev.e2ee.custody.keychain.Notes.OPTIONS;
import static dev.e2ee.custody.keychain.Notes.URI;
import static dev.e2ee.custody.keychain.Notes.kept;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** GNOME Keyring asks for its password in its own window, and somebody types there. */
@Tag("once")
class PromptTest {
  private static final CustodyOptions ASKING =
      OPTIONS.withInteraction(true).withDeadline(Duration.ofMinutes(1));

  private Desktop desktop;
  private Screen screen;
  private KeyId id;
  private String text;

  @BeforeEach
  void logInAndLock() throws Exception {
    desktop = Desktop.loggedIn();
    screen = Screen.on();
    id = withAKey();
    text = kept();
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

  /** That the item is the one that there was, once the keychain is unlocked. */
  private void isAsItWas() {
    assertEquals(1, Desktop.items("notes", "ann"));
    assertEquals(text, kept());
  }

  private static Kind kind(CompletableFuture<?> failing) {
    ExecutionException e = assertThrows(ExecutionException.class, failing::get);
    return ((CustodyException) e.getCause()).kind();
  }

  /**
   * Types it, and again when the window still asks after a while: what is typed before it listens
   * is lost, and a password that was cut so is a wrong one, whose answer takes its time.
   */
  private void typeUntilDone(CompletableFuture<Void> unlocking) throws Exception {
    boolean done = false;
    while (!done) {
      done = isDone(unlocking, screen.typed(Desktop.PASSWORD) ? 3000 : 100);
    }
  }

  private static boolean isDone(CompletableFuture<Void> future, long millis) throws Exception {
    try {
      future.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
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
    isAsItWas();
  }

  @Test
  void whoDismissesItHasCancelled() throws Exception {
    try (Keychain custody = Keychain.open(URI, ASKING);
        BusWatch watch = BusWatch.begin()) {
      CompletableFuture<Void> unlocking = CompletableFuture.runAsync(custody::unlock);
      screen.awaitQuestion();
      screen.dismiss();
      assertEquals(Kind.CANCELLED, kind(unlocking));
      assertTrue(watch.questions().contains("org.freedesktop.Secret.Prompt.Prompt"));
    }
    desktop.unlock();
    isAsItWas();
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
    isAsItWas();
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
    isAsItWas();
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
    CustodyOptions silent = ASKING.withInteraction(false);
    CustodyUri other = URI.withAttribute("account", "ben");
    try (Keychain custody = Keychain.open(URI, silent);
        BusWatch watch = BusWatch.begin()) {
      for (Executable deed :
          List.<Executable>of(custody::unlock, () -> Keychain.create(other, silent).close())) {
        assertEquals(Kind.LOCKED, assertThrows(CustodyException.class, deed).kind());
        assertEquals(List.of(), watch.questions());
      }
    }
    assertFalse(screen.asks());
    desktop.unlock();
    isAsItWas();
    assertEquals(0, Desktop.items("notes", "ben"));
  }
}
