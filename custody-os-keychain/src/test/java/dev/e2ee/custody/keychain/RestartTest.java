package dev.e2ee.custody.keychain;

import static dev.e2ee.custody.keychain.Notes.OPTIONS;
import static dev.e2ee.custody.keychain.Notes.URI;
import static dev.e2ee.custody.keychain.Notes.kept;
import static dev.e2ee.custody.keychain.Notes.keyFile;
import static dev.e2ee.custody.keychain.Notes.unlocked;
import static dev.e2ee.custody.keychain.Notes.withAKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** GNOME Keyring is killed and started anew, and so is the application. */
@Tag("once")
class RestartTest {
  private static final int RESTARTS = Boolean.getBoolean("e2ee.custody.soak") ? 200 : 10;

  private Desktop desktop;

  @BeforeEach
  void logIn() throws Exception {
    desktop = Desktop.loggedIn();
  }

  @AfterEach
  void logOut() {
    desktop.close();
  }

  @Test
  void aDaemonThatIsKilledUnderLoadLosesNothing() throws Exception {
    KeyId id = withAKey();
    String text = kept();
    byte[] before = keyFile();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger unlocks = new AtomicInteger();
    Set<Kind> refusals = ConcurrentHashMap.newKeySet();
    List<Thread> load = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      load.add(
          new Thread(
              () -> {
                while (!over.get()) {
                  try (Keychain custody = Keychain.open(URI, OPTIONS)) {
                    custody.unlock();
                    assertEquals(id, custody.find("records").id());
                    unlocks.incrementAndGet();
                  } catch (CustodyException e) {
                    refusals.add(e.kind());
                  }
                }
              }));
    }
    load.forEach(Thread::start);
    for (int i = 0; i < 50; i++) {
      int seen = unlocks.get();
      while (unlocks.get() == seen) {
        Thread.sleep(1);
      }
      desktop.killKeyring();
      desktop.startKeyring(Desktop.PASSWORD);
    }
    over.set(true);
    for (Thread thread : load) {
      thread.join();
    }
    assertTrue(
        EnumSet.of(Kind.REMOVED, Kind.TRANSIENT, Kind.LOCKED).containsAll(refusals),
        refusals::toString);
    assertTrue(refusals.contains(Kind.REMOVED), refusals::toString);
    unlocked().close();
    assertEquals(text, kept());
    assertArrayEquals(before, keyFile());
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
