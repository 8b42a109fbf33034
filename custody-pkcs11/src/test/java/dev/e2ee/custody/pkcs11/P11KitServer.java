package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * SoftHSM behind a p11-kit server: a token in another process, which can be killed and frozen like
 * an HSM on the network. This process reaches it through p11-kit-client, at the address in the
 * environment variable P11_KIT_SERVER_ADDRESS.
 */
final class P11KitServer implements AutoCloseable {
  private static final Path SERVER = Path.of("/usr/libexec/p11-kit/p11-kit-server");
  private static final Path CLIENT = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so");

  private final RealToken.Made token;
  private final Path socket;
  private Process server;

  private P11KitServer(RealToken.Made token, Path socket, Process server) {
    this.token = token;
    this.socket = socket;
    this.server = server;
  }

  /** Whether what it takes is installed. */
  static boolean isInstalled() {
    return Files.isExecutable(SERVER) && Files.exists(CLIENT);
  }

  /** A server for a new token. */
  static P11KitServer start() throws IOException, InterruptedException {
    RealToken.Made token = RealToken.SOFTHSM.make();
    String address = System.getenv("P11_KIT_SERVER_ADDRESS");
    Path socket = Path.of(address.substring("unix:path=".length()));
    Files.createDirectories(socket.getParent());
    return new P11KitServer(token, socket, launch(token, socket));
  }

  private static Process launch(RealToken.Made token, Path socket)
      throws IOException, InterruptedException {
    Files.deleteIfExists(socket);
    Process process =
        new ProcessBuilder(
                List.of(
                    SERVER.toString(),
                    "--foreground",
                    "--name",
                    socket.toString(),
                    "--provider",
                    token.module().toString(),
                    "pkcs11:token=" + token.label()))
            .redirectErrorStream(true)
            .redirectOutput(socket.resolveSibling("server.log").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(socket)) {
      assertTrue(System.nanoTime() < end && process.isAlive(), "the server does not start");
      Thread.sleep(5);
    }
    return process;
  }

  /** The token as this process sees it. */
  RealToken.Made token() {
    return new RealToken.Made(RealToken.SOFTHSM, token.label(), CLIENT, "");
  }

  /** As a power cut does: server and the helpers that serve each client. */
  void kill() throws IOException, InterruptedException {
    // Stopped first, or it would start another helper for a client that is quick.
    Command.run(List.of("kill", "-STOP", Long.toString(server.pid())));
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly().waitFor();
  }

  /** The same token again, served by a new process. */
  void startAgain() throws IOException, InterruptedException {
    server = launch(token, socket);
  }

  /** Nothing answers any more, and no connection breaks. */
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Goes on from there. */
  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    for (ProcessHandle process :
        Stream.concat(Stream.of(server.toHandle()), server.descendants()).toList()) {
      Command.run(List.of("kill", signal, Long.toString(process.pid())));
    }
  }

  @Override
  public void close() {
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }
}
