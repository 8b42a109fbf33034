package dev.e2ee.custody.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * openCryptoki's daemon with tokens in software, one for this JVM: its directories are this
 * process's own ({@code src/test/isolated/bin/java}), and no other openCryptoki is touched.
 */
final class OpenCryptoki implements TokenServer {
  static final Path MODULE = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/libopencryptoki.so");

  /** What a token has before its security officer changes it. */
  private static final String SO_PIN = "87654321";

  private static final String FIRST_PIN = "first-1";
  private static final int SLOTS = 60;
  private static final Path PID = Path.of("/run/pkcsslotd.pid");

  /** There is one set of directories for this JVM, so there is one daemon. */
  private static OpenCryptoki shared;

  private int used;

  private OpenCryptoki() {}

  /** Whether the directories are this process's own. */
  static boolean isIsolated() {
    return System.getenv("E2EE_ISOLATED") != null;
  }

  /** The daemon of this JVM, which starts with the first call. */
  static synchronized OpenCryptoki shared() throws IOException, InterruptedException {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static OpenCryptoki start() throws IOException, InterruptedException {
    StringBuilder conf = new StringBuilder("version opencryptoki-3.8\n");
    for (int slot = 1; slot <= SLOTS; slot++) {
      String name = "e2ee" + slot;
      conf.append("slot " + slot + "\n{\nstdll = libpkcs11_sw.so\ntokname = " + name + "\n}\n");
      Files.createDirectories(Path.of("/var/lib/opencryptoki", name, "TOK_OBJ"));
      Files.createDirectories(Path.of("/run/lock/opencryptoki", name));
    }
    Files.writeString(Path.of("/etc/opencryptoki/opencryptoki.conf"), conf);
    Command.run(List.of("chgrp", "-R", "pkcs11", "/var/lib/opencryptoki", "/run/lock"));
    OpenCryptoki started = new OpenCryptoki();
    started.startAgain();
    Runtime.getRuntime().addShutdownHook(new Thread(OpenCryptoki::end));
    return started;
  }

  private static void end() {
    daemon().ifPresent(ProcessHandle::destroyForcibly);
  }

  private static Optional<ProcessHandle> daemon() {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(PID).strip()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** One more token, with the PIN of all. */
  void addToken(String label) throws IOException, InterruptedException {
    used++;
    tool("--init-token", "--label", label, "--so-pin", SO_PIN);
    tool("--login", "--login-type", "so", "--so-pin", SO_PIN, "--init-pin", "--new-pin", FIRST_PIN);
    tool("--login", "--pin", FIRST_PIN, "--change-pin", "--new-pin", RealToken.PIN);
  }

  private void tool(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("pkcs11-tool", "--module", MODULE.toString()));
    all.addAll(List.of("--slot", Integer.toString(used)));
    all.addAll(List.of(words));
    Command.run(all);
  }

  @Override
  public void kill() {
    ProcessHandle running = daemon().orElseThrow();
    running.destroyForcibly();
    running.onExit().join();
  }

  /** It goes to the background by itself once it is ready. */
  @Override
  public void startAgain() throws IOException, InterruptedException {
    Command.run(List.of("setsid", "--wait", "pkcsslotd"));
  }

  @Override
  public void freeze() throws IOException, InterruptedException {
    Daemon.signal(daemon().orElseThrow(), "-STOP");
  }

  @Override
  public void thaw() throws IOException, InterruptedException {
    Daemon.signal(daemon().orElseThrow(), "-CONT");
  }
}
