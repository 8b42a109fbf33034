package dev.e2ee.custody.tck.internal.peer;

import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.custody.tck.internal.ground.Broken;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Another JVM that opens the same store: {@link PeerMain}. It has this process's class path and
 * environment; the secret goes through its standard input.
 */
public final class Peer implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final Path errors;

  private Peer(Process process, Path errors) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.errors = errors;
  }

  /** Starts one in a mode. */
  public static Peer start(Class<?> provider, TestedStore store, String mode) throws IOException {
    Path errors = Files.createTempFile("e2ee-tck-", ".err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", heap()));
    command.addAll(inherited());
    command.addAll(List.of("-cp", classPath(), PeerMain.class.getName(), mode, provider.getName()));
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    Peer peer = new Peer(process, errors);
    peer.tell(store.uri().canonical());
    peer.tellSecret(store.secret());
    return peer;
  }

  /** A store that opens here opens there: key files take their memory from the heap. */
  private static String heap() {
    long here = Runtime.getRuntime().maxMemory() >> 20;
    return "-Xmx" + Math.max(512, here + here / 8) + "m"; // what is told is a little too low
  }

  /** What this JVM was started with, as far as a back end may need it: rights and properties. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.matches("(?s)-D.*|--add-.*|--enable-native-access.*"))
        .toList();
  }

  /** Modules and class path alike: the other process finds back ends on its class path. */
  private static String classPath() {
    List<String> parts = new ArrayList<>();
    for (String property : List.of("java.class.path", "jdk.module.path")) {
      String path = System.getProperty(property, "");
      if (!path.isEmpty()) {
        parts.add(path);
      }
    }
    return String.join(File.pathSeparator, parts);
  }

  private void tellSecret(char[] secret) throws IOException {
    byte[] bytes = new byte[secret.length * 4];
    try {
      ByteBuffer encoded = ByteBuffer.wrap(bytes);
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(secret), encoded, true);
      OutputStream in = process.getOutputStream();
      in.write((encoded.position() + "\n").getBytes(StandardCharsets.US_ASCII));
      in.write(bytes, 0, encoded.position());
      in.flush();
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(secret, '\0');
    }
  }

  /** Sends it a line. */
  public void tell(String line) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** Its next line. */
  public String hear() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new Broken("the other process ended early: " + lastOf(errors));
    }
    return line;
  }

  /** What it said until its end. */
  public List<String> rest() throws IOException {
    List<String> lines = new ArrayList<>();
    for (@Nullable String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  /** Kills it, as the kernel does when it is out of memory. */
  public void kill() throws InterruptedException {
    process.toHandle().destroyForcibly(); // the process itself would close the pipe as well
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new Broken("the other process does not end when it is killed");
    }
  }

  private static String lastOf(Path errors) throws IOException {
    List<String> lines = Files.readAllLines(errors);
    int most = 12;
    return lines.size() <= most
        ? String.join(" / ", lines)
        : lines.get(0)
            + " / … / "
            + String.join(" / ", lines.subList(lines.size() - most, lines.size()));
  }

  @Override
  public void close() throws IOException {
    process.toHandle().destroyForcibly();
    process.onExit().join(); // it writes nothing any more
    Files.deleteIfExists(errors);
  }
}
