package dev.e2ee.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A TPM 2.0 in software with one token, behind a resource manager on a bus of its own. The module
 * of tpm2-pkcs11 finds it by the environment.
 */
final class SoftTpm implements AutoCloseable {
  static final Path MODULE = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so");

  private final Path home;
  private final Map<String, String> environment;
  private final Deque<Process> servers = new ArrayDeque<>();

  private SoftTpm(Path home) {
    this.home = home;
    this.environment =
        Map.of(
            "TPM2_PKCS11_STORE",
            home.toString(),
            "TPM2_PKCS11_TCTI",
            "tabrmd:bus_type=session",
            "DBUS_SESSION_BUS_ADDRESS",
            "unix:path=" + home.resolve("bus"));
  }

  /** Whether everything that it needs is installed. */
  static boolean isInstalled() {
    return Files.exists(MODULE)
        && List.of("swtpm", "tpm2-abrmd", "dbus-daemon", "pkcs11-tool", "tpm2_getrandom").stream()
            .allMatch(tool -> Files.exists(Path.of("/usr/bin", tool)) || hasDaemon(tool));
  }

  private static boolean hasDaemon(String tool) {
    return Files.exists(Path.of("/usr/sbin", tool));
  }

  /**
   * Starts one, with a token.
   *
   * @param home an empty folder
   */
  static SoftTpm start(Path home, String label, String pin)
      throws IOException, InterruptedException {
    SoftTpm tpm = new SoftTpm(home);
    boolean done = false;
    try {
      tpm.startServers();
      tpm.addToken(label, pin);
      done = true;
      return tpm;
    } finally {
      if (!done) {
        tpm.close();
      }
    }
  }

  private void startServers() throws IOException, InterruptedException {
    String bus = environment.get("DBUS_SESSION_BUS_ADDRESS");
    serve("dbus-daemon", "--session", "--address=" + bus, "--nofork", "--nopidfile");
    String socket = home.resolve("tpm").toString();
    serve(
        "swtpm",
        "socket",
        "--tpm2",
        "--tpmstate",
        "dir=" + home,
        "--server",
        "type=unixio,path=" + socket,
        "--ctrl",
        "type=unixio,path=" + socket + ".ctrl",
        "--flags",
        "not-need-init,startup-clear");
    await(() -> Files.exists(home.resolve("bus")) && Files.exists(home.resolve("tpm")));
    serve(
        "tpm2-abrmd",
        "--session",
        "--allow-root",
        "--max-transients=100",
        "--tcti=swtpm:path=" + socket);
    await(() -> run("tpm2_getrandom", "--tcti=tabrmd:bus_type=session", "1") == 0);
  }

  private void addToken(String label, String pin) throws IOException, InterruptedException {
    List<String> tool = List.of("pkcs11-tool", "--module", MODULE.toString(), "--so-pin", "so");
    works(tool, "--slot-index", "0", "--init-token", "--label", label);
    works(
        tool,
        "--token-label",
        label,
        "--login",
        "--login-type",
        "so",
        "--init-pin",
        "--new-pin",
        pin);
  }

  private void works(List<String> tool, String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(tool);
    all.addAll(List.of(words));
    if (run(all.toArray(String[]::new)) != 0) {
      throw new IOException(all + " failed: " + Files.readString(home.resolve("log")));
    }
  }

  /** Lines of a shell script by which its processes find this TPM. */
  String exports() {
    StringBuilder lines = new StringBuilder();
    environment.forEach(
        (name, value) ->
            lines.append("export ").append(name).append("='").append(value).append("'\n"));
    return lines.toString();
  }

  private ProcessBuilder builder(String... words) {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()));
  }

  private void serve(String... words) throws IOException {
    servers.push(builder(words).start());
  }

  private int run(String... words) throws IOException, InterruptedException {
    return builder(words).start().waitFor();
  }

  /** What becomes true when a server is ready. */
  private interface Readiness {
    boolean isReady() throws IOException, InterruptedException;
  }

  private void await(Readiness readiness) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!readiness.isReady()) {
      boolean alive = servers.stream().allMatch(Process::isAlive);
      if (!alive || System.nanoTime() > end) {
        throw new IOException("no TPM: " + Files.readString(home.resolve("log")));
      }
      Thread.sleep(20);
    }
  }

  /** Ends its processes; the folder stays its owner's. */
  @Override
  public void close() {
    while (!servers.isEmpty()) {
      Process server = servers.pop();
      server.destroyForcibly();
      server.onExit().join();
    }
  }
}
