package dev.e2ee.custody.pkcs11;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A TPM 2.0 in software, one for this JVM, behind a resource manager: a TPM alone has room for
 * three keys. The module of tpm2-pkcs11 finds it by what the environment had from its beginning
 * ({@code src/test/isolated/bin/java}). A TPM holds many tokens.
 */
final class Tpm implements TokenServer {
  static final Path MODULE = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so");

  private static final String TCTI = "TPM2_PKCS11_TCTI";
  private static final String BUS = "DBUS_SESSION_BUS_ADDRESS";

  /** There is one address for this JVM, so there is one TPM. */
  private static Tpm shared;

  private final Daemon tpm;
  private final Daemon manager;

  private Tpm(Daemon tpm, Daemon manager) {
    this.tpm = tpm;
    this.manager = manager;
  }

  /** Whether the environment says where the TPM is; it does under Maven. */
  static boolean hasAddress() {
    return System.getenv(TCTI) != null && System.getenv(BUS) != null;
  }

  /** The TPM of this JVM, which starts with the first call. */
  static synchronized Tpm shared() throws IOException, InterruptedException {
    if (shared == null) {
      shared = start(Files.createTempDirectory(Path.of(System.getenv("E2EE_TOKENS")), "tpm-"));
    }
    return shared;
  }

  private static Tpm start(Path home) throws IOException, InterruptedException {
    String bus = System.getenv(BUS);
    Daemon.start(
        folder(home, "bus"),
        List.of("dbus-daemon", "--session", "--address=" + bus, "--nofork", "--nopidfile"),
        () -> succeeds("dbus-send", "--bus=" + bus, "/", "org.freedesktop.DBus.Peer.Ping"));
    int port = freePort();
    Path state = folder(home, "tpm");
    Daemon tpm =
        Daemon.start(
            state,
            List.of(
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=" + state,
                "--server",
                "type=tcp,bindaddr=127.0.0.1,port=" + port,
                "--ctrl",
                "type=tcp,bindaddr=127.0.0.1,port=" + (port + 1),
                "--flags",
                "not-need-init,startup-clear"),
            () -> accepts(port));
    Daemon manager =
        Daemon.start(
            folder(home, "manager"),
            List.of(
                "tpm2-abrmd",
                "--session",
                "--allow-root",
                "--max-transients=100",
                // The module takes one for each of its tokens, and their end is seen late.
                "--max-connections=100",
                "--tcti=swtpm:host=127.0.0.1,port=" + port),
            () -> succeeds("tpm2_getrandom", "--tcti=" + System.getenv(TCTI), "1"));
    // Wrong PINs count for the whole TPM, which would refuse every PIN after the third one.
    Command.run(
        List.of(
            "tpm2_dictionarylockout",
            "--tcti=" + System.getenv(TCTI),
            "--setup-parameters",
            "--max-tries=1000"));
    return new Tpm(tpm, manager);
  }

  private static Path folder(Path home, String name) throws IOException {
    return Files.createDirectories(home.resolve(name));
  }

  private static boolean succeeds(String... question) throws IOException, InterruptedException {
    return new ProcessBuilder(question)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private static boolean accepts(int port) {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The next one has to be free too: the control channel's is not chosen by itself. */
  private static int freePort() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    while (true) {
      try (ServerSocket first = new ServerSocket(0, 1, here)) {
        int port = first.getLocalPort();
        if (isFree(port + 1, here)) {
          return port;
        }
      }
    }
  }

  private static boolean isFree(int port, InetAddress here) throws IOException {
    try (ServerSocket probe = new ServerSocket(port, 1, here)) {
      return probe.isBound();
    } catch (BindException e) {
      return false;
    }
  }

  /** One more token, with the PIN of all. */
  void addToken(String label) throws IOException, InterruptedException {
    // It offers a slot without a token behind those that have one.
    int free = tool("--list-slots").split("\nSlot ", -1).length - 2;
    tool(
        "--slot-index", Integer.toString(free), "--init-token", "--label", label, "--so-pin", "so");
    tool(
        "--token-label",
        label,
        "--login",
        "--login-type",
        "so",
        "--so-pin",
        "so",
        "--init-pin",
        "--new-pin",
        RealToken.PIN);
  }

  private static String tool(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("pkcs11-tool", "--module", MODULE.toString()));
    all.addAll(List.of(words));
    return Command.run(all);
  }

  @Override
  public void kill() throws IOException, InterruptedException {
    tpm.kill();
    manager.kill();
  }

  @Override
  public void startAgain() throws IOException, InterruptedException {
    tpm.startAgain();
    manager.startAgain();
  }

  @Override
  public void freeze() throws IOException, InterruptedException {
    tpm.freeze();
  }

  @Override
  public void thaw() throws IOException, InterruptedException {
    tpm.thaw();
  }
}
