package dev.e2ee.custody.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * SoftHSM behind a p11-kit server: a token in another process, which can be killed and frozen like
 * an HSM on the network. This process reaches it through p11-kit-client, at the address in the
 * environment variable P11_KIT_SERVER_ADDRESS.
 */
final class P11KitServer implements TokenServer {
  static final Path CLIENT = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so");

  private static final String SERVER = "/usr/libexec/p11-kit/p11-kit-server";

  /** There is one address for this JVM, so there is one server at a time. */
  private static P11KitServer last;

  private final Path socket;
  private final Daemon daemon;

  private P11KitServer(Path socket, Daemon daemon) {
    this.socket = socket;
    this.daemon = daemon;
  }

  /** A server for a token, in place of the one that served another. */
  static synchronized P11KitServer of(RealToken.Made token)
      throws IOException, InterruptedException {
    if (last != null) {
      last.daemon.end();
    }
    String address = System.getenv("P11_KIT_SERVER_ADDRESS");
    Path socket = Path.of(address.substring("unix:path=".length()));
    Files.createDirectories(socket.getParent());
    Files.deleteIfExists(socket);
    Daemon daemon =
        Daemon.start(
            socket.getParent(),
            List.of(
                SERVER,
                "--foreground",
                "--name",
                socket.toString(),
                "--provider",
                token.module().toString(),
                "pkcs11:token=" + token.label()),
            () -> Files.exists(socket));
    last = new P11KitServer(socket, daemon);
    return last;
  }

  @Override
  public void kill() throws IOException, InterruptedException {
    daemon.kill();
  }

  @Override
  public void startAgain() throws IOException, InterruptedException {
    Files.deleteIfExists(socket);
    daemon.startAgain();
  }

  @Override
  public void freeze() throws IOException, InterruptedException {
    daemon.freeze();
  }

  @Override
  public void thaw() throws IOException, InterruptedException {
    daemon.thaw();
  }
}
