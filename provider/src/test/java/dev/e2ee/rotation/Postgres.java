package dev.e2ee.rotation;

import dev.e2ee.internal.file.DurableFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server of a test's own, from Debian's package {@code postgresql}: made, started on a
 * free port of the loopback, and gone with {@link #close}. Root runs it as {@code postgres}, for it
 * refuses to run as root.
 */
final class Postgres implements AutoCloseable {
  private static final int TRIES = 3;
  private static final String USER = "e2ee";

  private final Path programs;
  private final Path folder;
  private final String password;
  private int port;

  private Postgres(Path programs, Path folder, String password) {
    this.programs = programs;
    this.folder = folder;
    this.password = password;
  }

  /** Whether it can be started here. */
  static boolean isInstalled() {
    return programs().isPresent()
        && (!isRoot() || (new File("/usr/bin/setpriv").canExecute() && hasUser()));
  }

  private static boolean hasUser() {
    try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
      return users.anyMatch(line -> line.startsWith("postgres:"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The folder of the newest version's programs. */
  private static Optional<Path> programs() {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(all)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(
              Comparator.comparingInt(
                  bin -> Integer.parseInt(bin.getParent().getFileName().toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Postgres start() throws IOException, InterruptedException {
    Path folder = Path.of(run("mktemp", "-d", "/tmp/e2ee-postgres-XXXXXXXX").strip());
    Postgres server = new Postgres(programs().orElseThrow(), folder, DurableFile.randomHex());
    boolean started = false;
    try {
      server.make();
      for (int i = 0; i < TRIES && !started; i++) {
        started = server.tryStart();
      }
      if (!started) {
        throw new IOException("PostgreSQL does not start; see its output above");
      }
      return server;
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  private void make() throws IOException, InterruptedException {
    String script =
        "umask 077; printf %s \"$2\" > \"$1/password\" && \"$0/initdb\" -D \"$1/data\" -U "
            + USER
            + " -A scram-sha-256 --pwfile=\"$1/password\" -E UTF8 --locale=C.UTF-8";
    String unused = run("sh", "-c", script, programs.toString(), folder.toString(), password);
  }

  private boolean tryStart() throws IOException, InterruptedException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String options =
        "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder;
    try {
      String unused = control("-w", "-l", folder + "/log", "-o", options, "start");
      return true;
    } catch (IOException e) {
      System.out.println(">> Postgres: " + e.getMessage());
      return false; // another program has taken the port
    }
  }

  private String control(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(programs + "/pg_ctl", "-D", folder + "/data", "-t", "120"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Runs a program as a user who may run PostgreSQL; gives its output. */
  private static String run(String... command) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"));
    }
    whole.addAll(List.of(command));
    File output = File.createTempFile("e2ee", "postgres"); // a server that runs on holds no pipe
    try {
      Process process =
          new ProcessBuilder(whole)
              .directory(new File("/tmp"))
              .redirectErrorStream(true)
              .redirectOutput(output)
              .start();
      boolean ended = process.waitFor(180, TimeUnit.SECONDS);
      String said = Files.readString(output.toPath(), StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(List.of(command) + " failed: " + said);
      }
      return said;
    } finally {
      Files.delete(output.toPath());
    }
  }

  /** What a data source of it is made from, for another process. */
  String address() {
    return port + " " + password;
  }

  static PGSimpleDataSource source(String address) {
    String[] parts = address.split(" ", -1);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {Integer.parseInt(parts[0])});
    source.setDatabaseName("postgres");
    source.setUser(USER);
    source.setPassword(parts[1]);
    return source;
  }

  PGSimpleDataSource source() {
    return source(address());
  }

  @Override
  public void close() throws IOException {
    try {
      if (Files.exists(folder.resolve("data/postmaster.pid")) || port != 0) {
        String unused = control("-m", "immediate", "stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      remove();
    }
  }

  private void remove() throws IOException {
    try {
      String unused = run("rm", "-rf", folder.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
