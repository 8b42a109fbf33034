package dev.e2ee.custody.keychain;

import static dev.e2ee.custody.keychain.Notes.OPTIONS;
import static dev.e2ee.custody.keychain.Notes.URI;
import static dev.e2ee.custody.keychain.Notes.kept;
import static dev.e2ee.custody.keychain.Notes.keyFile;
import static dev.e2ee.custody.keychain.Notes.unlocked;
import static dev.e2ee.custody.keychain.Notes.withAKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyId;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** GNOME Keyring is killed and started anew, and so is the application. */
@Tag("once")
class RestartTest {
  private static final boolean SOAK = Boolean.getBoolean("e2ee.custody.soak");
  private static final int KILLS = SOAK ? 50 : 15;
  private static final int RESTARTS = SOAK ? 200 : 10;

  private Desktop desktop;

  @BeforeEach
  void logIn() throws Exception {
    desktop = Desktop.loggedIn();
  }

  @AfterEach
  void logOut() {
    if (desktop != null) {
      desktop.close();
    }
  }

  @Test
  void aDaemonThatIsKilledUnderLoadLosesNothing() throws Exception {
    KeyId id = withAKey();
    String text = kept();
    byte[] before = keyFile();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger unlocks = new AtomicInteger();
    AtomicInteger creations = new AtomicInteger();
    Set<Kind> refusals = ConcurrentHashMap.newKeySet();
    Map<String, Boolean> stores = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> load = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String creator = "creator-" + i + "-";
      load.add(
          running(
              over,
              refusals,
              turn -> {
                if (turn % 2 == 0) {
                  try (KeyCustody custody = unlocked()) {
                    assertEquals(id, custody.find("records").id());
                  }
                  unlocks.incrementAndGet();
                } else {
                  String account = creator + turn;
                  stores.put(account, false);
                  Keychain.create(URI.withAttribute("account", account), OPTIONS).close();
                  stores.put(account, true);
                  creations.incrementAndGet();
                }
              }));
    }
    try {
      for (int i = 0; i < KILLS; i++) {
        AtomicInteger successes = i % 2 == 0 ? unlocks : creations;
        int seen = successes.get();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (successes.get() == seen) {
          assertTrue(load.stream().noneMatch(CompletableFuture::isDone), load::toString);
          assertTrue(System.nanoTime() < end, () -> "no success any more, but " + refusals);
          Thread.sleep(1);
        }
        desktop.killKeyring();
        desktop.startKeyring(Desktop.PASSWORD);
      }
    } finally {
      over.set(true);
    }
    for (CompletableFuture<Void> one : load) {
      one.get();
    }
    assertTrue(
        EnumSet.of(Kind.REMOVED, Kind.TRANSIENT, Kind.LOCKED).containsAll(refusals),
        refusals::toString);
    assertTrue(refusals.contains(Kind.REMOVED), refusals::toString);
    unlocked().close();
    assertEquals(text, kept());
    assertArrayEquals(before, keyFile());
    assertTrue(stores.containsValue(true));
    for (String account : stores.keySet()) {
      isWholeOrTakenUp(account, stores.get(account));
    }
  }

  private interface Turn {
    void take(int number);
  }

  /** Ends with what is no refusal of the custody's, such as a failed assertion. */
  private static CompletableFuture<Void> running(
      AtomicBoolean over, Set<Kind> refusals, Turn turn) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                for (int i = 0; !over.get(); i++) {
                  try {
                    turn.take(i);
                  } catch (CustodyException e) {
                    refusals.add(e.kind());
                  }
                }
                end.complete(null);
              } catch (Throwable e) {
                end.completeExceptionally(e);
              }
            })
        .start();
    return end;
  }

  /** What was made opens; of what was not, a second try makes or takes the one item. */
  private static void isWholeOrTakenUp(String account, boolean made) {
    CustodyUri uri = URI.withAttribute("account", account);
    if (!made && !Files.exists(Keychain.keyFile(uri))) {
      if (Desktop.items("notes", account) == 1 && kept(account).isEmpty()) {
        isRefusedUntilItIsDeleted(uri, account);
      }
      Keychain.create(uri, OPTIONS).close();
    }
    try (KeyCustody custody = Custodies.installed().open(uri, OPTIONS)) {
      custody.unlock();
    }
    assertEquals(1, Desktop.items("notes", account), account);
  }

  /** GNOME Keyring makes the item first, and then gives it its text: it was killed between. */
  private static void isRefusedUntilItIsDeleted(CustodyUri uri, String account) {
    CustodyException e =
        assertThrows(CustodyException.class, () -> Keychain.create(uri, OPTIONS).close());
    assertEquals(Kind.CONFLICT, e.kind(), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains("holds no key"), e.getMessage());
    assertEquals(0, Desktop.secretTool("clear", "service", "notes", "account", account).code());
  }

  @Test
  void aRestartOfTheKeychainLosesNothing() throws Exception {
    KeyId id = withAKey();
    String text = kept();
    for (int i = 0; i < RESTARTS; i++) {
      desktop.killKeyring();
      desktop.startKeyring(Desktop.PASSWORD);
      try (KeyCustody custody = unlocked()) {
        assertEquals(id, custody.find("records").id());
      }
    }
    assertEquals(1, Desktop.items("notes", "ann"));
    assertEquals(text, kept());
  }

  @Test
  void eachStartOfTheApplicationOpensIt() throws Exception {
    String id = withAKey().toString();
    byte[] before = keyFile();
    for (int i = 0; i < RESTARTS; i++) {
      assertEquals(id, Application.said(Application.start("open", URI, Map.of())));
    }
    assertEquals(1, Desktop.items("notes", "ann"));
    assertArrayEquals(before, keyFile());
  }
}
