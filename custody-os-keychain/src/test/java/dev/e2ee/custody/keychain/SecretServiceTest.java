package dev.e2ee.custody.keychain;

import static dev.e2ee.custody.keychain.Notes.OPTIONS;
import static dev.e2ee.custody.keychain.Notes.URI;
import static dev.e2ee.custody.keychain.Notes.kept;
import static dev.e2ee.custody.keychain.Notes.keyFile;
import static dev.e2ee.custody.keychain.Notes.unlocked;
import static dev.e2ee.custody.keychain.Notes.withAKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.custody.file.Passphrase;
import dev.e2ee.custody.file.SlotInfo;
import dev.e2ee.custody.keychain.internal.secretservice.Others;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.callback.PasswordCallback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Secret Service of a real GNOME Keyring; what it keeps is looked at with secret-tool. */
class SecretServiceTest {
  private static final String PASSPHRASE = "another way in";
  private static final CustodyUri OTHER =
      CustodyUri.parse("keychain:service=other;account=ann?backend=secret-service");

  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  /** So much longer than {@link #AT_ONCE} that waiting for it would be seen. */
  private static final CustodyOptions PATIENT = OPTIONS.withDeadline(Duration.ofMinutes(10));

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

  private static void refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
  }

  private static void refusedAtOnce(Runnable action) {
    assertTimeout(AT_ONCE, () -> refused(Kind.UNSUPPORTED, action));
  }

  /** The same in another process, whose start is not counted. */
  private static void refusedAtOnce(Process application) throws IOException {
    Application.awaitReady(application);
    assertEquals("UNSUPPORTED", assertTimeout(AT_ONCE, () -> Application.said(application)));
  }

  @Test
  void theItemThatSecretToolShowsOpensTheKeyFile() throws IOException {
    KeyId id = withAKey();
    assertEquals(
        "e2ee-slot-1 <62 bytes> file:" + Desktop.data() + "/e2ee/keychain/notes/ann.e2ee",
        kept().replaceFirst("[0-9a-f]{124}", "<62 bytes>"));
    assertEquals(1, Desktop.items("notes", "ann"));
    try (KeyCustody custody = unlocked()) {
      assertEquals(id, custody.find("records").id());
      assertEquals("keychain:service=notes;account=ann", custody.info().location());
    }
    refused(Kind.CONFLICT, () -> Keychain.create(URI, OPTIONS).close());
    assertTrue(Files.exists(Keychain.keyFile(URI)));
  }

  @Test
  void aLockedCollectionIsLockedAndNothingIsMade() throws Exception {
    KeyId id = withAKey();
    String text = kept();
    byte[] before = keyFile();
    desktop.lock();
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      try (BusWatch watch = BusWatch.begin()) {
        refused(Kind.LOCKED, custody::unlock);
        refused(Kind.LOCKED, () -> custody.find("records"));
        refused(Kind.LOCKED, () -> custody.generate("more", KeyKind.UMK));
        refused(Kind.LOCKED, () -> Keychain.create(OTHER, OPTIONS).close());
        assertEquals(List.of(), watch.questions());
      }
      assertFalse(Files.exists(Keychain.keyFile(OTHER)));
      assertArrayEquals(before, keyFile());
      desktop.unlock();
      assertEquals(0, Desktop.items("other", "ann"));
      assertEquals(text, kept());
      custody.unlock();
      assertEquals(id, custody.find("records").id());
      desktop.lock(); // who is unlocked stays so
      assertEquals(id, custody.find("records").id());
    }
  }

  @Test
  void aPromptThatNobodyCanAnswerMakesNothing() throws Exception {
    withAKey();
    String text = kept();
    desktop.lock();
    try (Keychain custody = Keychain.open(URI, OPTIONS.withInteraction(true))) {
      refused(Kind.CANCELLED, custody::unlock); // there is no screen to show it on
    }
    desktop.unlock();
    assertEquals(1, Desktop.items("notes", "ann"));
    assertEquals(text, kept());
  }

  @Test
  void aWrongPasswordAtLoginLeavesItLocked() throws Exception {
    KeyId id = withAKey();
    String text = kept();
    desktop.killKeyring();
    desktop.startKeyring("not the login's password");
    assertTrue(Desktop.isLocked());
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      refused(Kind.LOCKED, custody::unlock);
      desktop.killKeyring();
      desktop.startLocked();
      refused(Kind.LOCKED, custody::unlock);
      desktop.unlock();
      assertEquals(text, kept());
      custody.unlock();
      assertEquals(id, custody.find("records").id());
    }
    assertEquals(1, Desktop.items("notes", "ann"));
  }

  @Test
  void withoutABusItIsUnsupportedAtOnceAndThePassphraseOpens() throws Exception {
    KeyId id = withAKey();
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      custody.unlock();
      addAnotherWayIn(custody);
    }
    desktop.killBus();
    try (Keychain custody = Keychain.open(URI, PATIENT)) {
      refusedAtOnce(custody::unlock);
    }
    refusedAtOnce(() -> Keychain.create(OTHER, PATIENT).close());
    assertFalse(Files.exists(Keychain.keyFile(OTHER)));
    assertEquals(id, openedByPassphrase());
  }

  private static void addAnotherWayIn(Keychain custody) {
    try (SecretBytes passphrase = Passphrase.of(PASSPHRASE.toCharArray())) {
      custody.file().addSlot(NewSlot.passphrase(passphrase, Argon2Cost.DEFAULT));
    }
  }

  private static KeyId openedByPassphrase() {
    CustodyOptions typing =
        OPTIONS.withCallbackHandler(
            callbacks -> ((PasswordCallback) callbacks[0]).setPassword(PASSPHRASE.toCharArray()));
    CustodyUri file = CustodyUri.ofFile(Keychain.keyFile(URI));
    try (KeyCustody second = Custodies.installed().open(file, typing)) {
      second.unlock();
      return second.find("records").id();
    }
  }

  @Test
  void whereNoBusIsNamedItIsUnsupported() throws Exception {
    Map<String, String> nothing =
        Map.of("DBUS_SESSION_BUS_ADDRESS", "", "XDG_RUNTIME_DIR", "/nowhere");
    refusedAtOnce(Application.start("create", URI, nothing));
    assertEquals(0, Desktop.items("notes", "ann"));
  }

  @Test
  void noKeychainIsTakenInPlaceOfAnother() {
    for (String uri :
        List.of(
            "keychain:service=notes;account=ann",
            "keychain:service=notes;account=ann?backend=gnome")) {
      refused(Kind.POLICY, () -> Keychain.create(CustodyUri.parse(uri), OPTIONS).close());
    }
    for (String backend : List.of("macos", "windows")) {
      CustodyUri uri = URI.withQuery("backend", backend);
      refusedAtOnce(() -> Keychain.create(uri, PATIENT).close());
    }
    assertEquals(0, Desktop.items("notes", "ann"));
  }

  @Test
  void ofManyAddressesTheOneThatWorksIsTaken() throws Exception {
    KeyId id = withAKey();
    String real = System.getenv("DBUS_SESSION_BUS_ADDRESS");
    String none = "disabled:;unix:abstract=/tmp/none;autolaunch:;/dev/null;unix:path=/nowhere";
    assertEquals(
        id.toString(),
        Application.said(
            Application.start("open", URI, Map.of("DBUS_SESSION_BUS_ADDRESS", none + ";" + real))));
    refusedAtOnce(Application.start("open", URI, Map.of("DBUS_SESSION_BUS_ADDRESS", none)));
  }

  @Test
  @Tag("once")
  void withoutTheLibraryItIsUnsupported() throws Exception {
    String without =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !path.contains("dbus-java"))
            .collect(Collectors.joining(File.pathSeparator));
    refusedAtOnce(Application.start("create", URI, Map.of("CLASSPATH", without)));
    assertFalse(Files.exists(Keychain.keyFile(URI)));
  }

  @Test
  void theErrorSaysHowElseTheFileOpens() throws Exception {
    withAKey();
    CustodyUri file = CustodyUri.ofFile(Keychain.keyFile(URI));
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      custody.unlock();
      addAnotherWayIn(custody);
      custody.lock();
      desktop.lock();
      CustodyException locked = assertThrows(CustodyException.class, custody::unlock);
      assertEquals(Kind.LOCKED, locked.kind());
      String told = String.valueOf(locked.getMessage());
      assertTrue(told.contains("logging in to the desktop"), told);
      assertTrue(
          told.endsWith("The key file opens by its passphrase too: " + file.location()), told);
      assertTrue(
          custody.health().detail().contains("its key is the item notes/ann of the Secret"),
          custody.health().detail());
    }
  }

  @Test
  void withoutAnOpenCollectionItIsLocked() throws Exception {
    withAKey();
    desktop.killKeyring();
    Files.move(
        Desktop.data().resolve("keyrings/login.keyring"), Desktop.data().resolve("elsewhere"));
    desktop.startLocked();
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      refused(Kind.LOCKED, custody::unlock); // nothing is proven to be missing
    }
    refused(Kind.LOCKED, () -> Keychain.create(OTHER, OPTIONS).close());
  }

  @Test
  void withoutAServiceItIsRemoved() throws Exception {
    KeyId id = withAKey();
    String text = kept();
    desktop.killKeyring();
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      refused(Kind.REMOVED, custody::unlock);
      refused(Kind.REMOVED, () -> Keychain.create(OTHER, OPTIONS).close());
      desktop.startKeyring(Desktop.PASSWORD);
      assertEquals(0, Desktop.items("other", "ann"));
      assertEquals(text, kept());
      custody.unlock();
      assertEquals(id, custody.find("records").id());
    }
  }

  @Test
  void aServiceThatDoesNotAnswerCostsADeadline() throws Exception {
    KeyId id = withAKey();
    String text = kept();
    try (Keychain custody = Keychain.open(URI, OPTIONS.withDeadline(Duration.ofSeconds(1)))) {
      desktop.freeze();
      refused(Kind.TIMEOUT, custody::unlock);
      desktop.thaw();
      assertEquals(1, Desktop.items("notes", "ann"));
      assertEquals(text, kept());
      custody.unlock();
      assertEquals(id, custody.find("records").id());
    }
  }

  @Test
  void anItemThatWasDeletedIsMissingAndIsNotMadeAnew() throws Exception {
    KeyId id = withAKey();
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      custody.unlock();
      addAnotherWayIn(custody);
    }
    byte[] before = keyFile();
    assertEquals(0, Desktop.secretTool("clear", "service", "notes", "account", "ann").code());
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      refused(Kind.MISSING, custody::unlock);
      refused(Kind.LOCKED, () -> custody.generate("more", KeyKind.UMK));
    }
    refused(Kind.CONFLICT, () -> Keychain.create(URI, OPTIONS).close());
    assertEquals(0, Desktop.items("notes", "ann"));
    assertArrayEquals(before, keyFile());
    assertEquals(id, openedByPassphrase());
  }

  @Test
  void namesOfAllScriptsStayApart() {
    List<String> names =
        List.of("ann", "Ann", "änn", "анна", "安", "a/../b", ".", "a b;c=d&e", "😀");
    for (String name : names) {
      CustodyUri uri = URI.withAttribute("account", name);
      try (Keychain made = Keychain.create(uri, OPTIONS)) {
        made.generate("records", KeyKind.UMK);
      }
      assertEquals(1, Desktop.items("notes", name), name);
      assertTrue(Keychain.keyFile(uri).startsWith(Desktop.data().resolve("e2ee/keychain/notes")));
    }
    Set<KeyId> ids = new HashSet<>();
    for (String name : names) {
      try (KeyCustody custody = Keychain.open(URI.withAttribute("account", name), OPTIONS)) {
        custody.unlock();
        ids.add(custody.find("records").id());
      }
    }
    assertEquals(names.size(), ids.size());
  }

  @Test
  void ofManyItemsOfOneNameNoneIsTaken() throws Exception {
    withAKey();
    String text = kept();
    Others.makesAnItem("notes", "ann", text);
    assertEquals(2, Desktop.items("notes", "ann"));
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      refused(Kind.AMBIGUOUS, custody::unlock);
    }
    assertEquals(2, Desktop.items("notes", "ann"));
  }

  @Test
  void theItemOutlivesItsSlot() {
    withAKey();
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      custody.unlock();
      SlotInfo only = custody.file().slots().get(0);
      refused(Kind.POLICY, () -> custody.file().removeSlot(only.id()));
      assertEquals(1, Desktop.items("notes", "ann"));
      addAnotherWayIn(custody);
      custody.file().removeSlot(only.id());
    }
    assertEquals(1, Desktop.items("notes", "ann")); // a copy of the file may need it
    try (Keychain custody = Keychain.open(URI, OPTIONS)) {
      refused(Kind.AUTH_FAILED, custody::unlock);
    }
  }
}
