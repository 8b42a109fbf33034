package dev.e2ee.custody.keychain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.custody.keychain.internal.secretservice.Others;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session as a desktop has it: a real bus and a real GNOME Keyring, for this JVM's home alone.
 * They are started, locked and killed by the tests, one of which runs at a time in a JVM.
 */
final class Desktop implements AutoCloseable {
  static final String PASSWORD = "the login's password";
  private static final String LOGIN = "/org/freedesktop/secrets/collection/login";
  private static final Path RUNTIME = Path.of(System.getenv("XDG_RUNTIME_DIR"));

  /** Of the home that src/test/isolated has made: whoever starts a test without it keeps theirs. */
  private static final Path DATA = Path.of(System.getenv("E2EE_HOME"), "data");

  private @Nullable Process bus;
  private @Nullable Process keyring;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(RUNTIME)));
  }

  private Desktop() {}

  /** A session whose keychain is new and unlocked; the test is skipped where there is none. */
  static Desktop loggedIn() throws IOException, InterruptedException {
    Desktop desktop = withoutKeyring();
    desktop.startKeyring(PASSWORD);
    return desktop;
  }

  /** A session without any keychain. */
  static Desktop withoutKeyring() throws IOException, InterruptedException {
    for (String tool : new String[] {"dbus-daemon", "gnome-keyring-daemon", "secret-tool"}) {
      assumeTrue(
          Stream.of("/usr/bin/", "/usr/local/bin/")
              .anyMatch(dir -> Files.exists(Path.of(dir + tool))),
          () -> "not installed: " + tool);
    }
    remove(DATA);
    Desktop desktop = new Desktop();
    desktop.startBus();
    return desktop;
  }

  /** The folder in which the key files of this session are. */
  static Path data() {
    return DATA;
  }

  private void startBus() throws IOException, InterruptedException {
    Path socket = RUNTIME.resolve("bus");
    Path config =
        Files.writeString(
            RUNTIME.resolve("bus.conf"),
            """
            <busconfig>
              <type>session</type>
              <listen>unix:path=%s</listen>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
              </policy>
            </busconfig>
            """
                .formatted(socket));
    bus = start(List.of("dbus-daemon", "--nofork", "--config-file=" + config));
    await("the session bus", () -> Files.exists(socket));
  }

  /** The bus goes, and with it whoever is on it. */
  void killBus() throws IOException, InterruptedException {
    kill(bus);
    Files.deleteIfExists(RUNTIME.resolve("bus"));
    kill(keyring);
  }

  /** Logs in with a password: the right one unlocks the login collection, or makes it. */
  void startKeyring(String password) throws IOException, InterruptedException {
    Process started =
        start(List.of("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"));
    keyring = started;
    started.getOutputStream().write(password.getBytes(StandardCharsets.UTF_8));
    started.getOutputStream().close();
    await("GNOME Keyring", () -> send("ReadAlias", "string:default").contains("object path"));
  }

  /** Starts it as the bus would, without a password: everything is locked. */
  void startLocked() throws IOException, InterruptedException {
    keyring = start(List.of("gnome-keyring-daemon", "--foreground", "--components=secrets"));
    await("GNOME Keyring", () -> send("ReadAlias", "string:default").contains("object path"));
  }

  /** From now on it answers nothing. */
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** It answers what was asked meanwhile, too. */
  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process started = Objects.requireNonNull(keyring);
    assertEquals(0, ended(start(List.of("kill", name, Long.toString(started.pid())))));
  }

  boolean keyringLives() {
    return Objects.requireNonNull(keyring).isAlive();
  }

  void killKeyring() throws InterruptedException {
    kill(keyring);
  }

  /** The person gives the running one the password. */
  void unlock() throws Exception {
    Others.unlocks(LOGIN, PASSWORD);
    assertFalse(isLocked());
  }

  void lock() throws InterruptedException {
    send("Lock", "array:objpath:" + LOGIN);
    await("the locked collection", Desktop::isLocked);
  }

  static boolean isLocked() {
    return keyringSend(
            LOGIN,
            "org.freedesktop.DBus.Properties.Get",
            "string:org.freedesktop.Secret.Collection",
            "string:Locked")
        .contains("boolean true");
  }

  private static String send(String method, String argument) {
    return keyringSend(
        "/org/freedesktop/secrets", "org.freedesktop.Secret.Service." + method, argument);
  }

  /** Waits for the window of a screen, which GNOME Keyring finds on the bus. */
  static void awaitPrompter() throws InterruptedException {
    await(
        "the keyring's prompter",
        () ->
            dbusSend(
                    "org.freedesktop.DBus",
                    "/",
                    "org.freedesktop.DBus.NameHasOwner",
                    "string:org.gnome.keyring.SystemPrompter")
                .contains("boolean true"));
  }

  private static String keyringSend(String path, String method, String... arguments) {
    return dbusSend("org.freedesktop.secrets", path, method, arguments);
  }

  /** Calls a method, and waits for what is answered. */
  static String dbusSend(String to, String path, String method, String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of("dbus-send", "--session", "--print-reply", "--dest=" + to, path, method));
    words.addAll(List.of(arguments));
    return run(words).out();
  }

  record Ended(int code, String out, String error) {}

  /** What libsecret's own tool says. */
  static Ended secretTool(String... words) {
    List<String> all = new ArrayList<>(List.of("secret-tool"));
    all.addAll(List.of(words));
    return run(all);
  }

  /** How many items of these names the keychain has, as libsecret counts them. */
  static int items(String service, String account) {
    Ended search = secretTool("search", "--all", "service", service, "account", account);
    assertEquals(0, search.code(), search::error); // of a search that finds nothing, too
    return (int) search.out().lines().filter(line -> line.startsWith("label = ")).count();
  }

  /**
   * The text of the item of these names, as libsecret shows it; empty when there is none. Not while
   * it is locked, which would have the person asked.
   */
  static String text(String service, String account) {
    Ended lookup = secretTool("lookup", "service", service, "account", account);
    assertEquals("", lookup.error()); // of what is not there it says nothing, and ends with 1
    return lookup.out();
  }

  private static Ended run(List<String> words) {
    try {
      Process process = new ProcessBuilder(words).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(ended(process), out, error);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int ended(Process process) throws InterruptedException {
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), () -> process.info() + " hangs");
    return process.exitValue();
  }

  private static Process start(List<String> words) throws IOException {
    return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, () -> what + " does not come");
      Thread.sleep(10);
    }
  }

  private static void kill(@Nullable Process process) throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() {
    try {
      killBus();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    remove(RUNTIME.resolve("keyring"));
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
