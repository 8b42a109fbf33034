package dev.e2ee.custody.keychain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** What an application does with a store of the keychain, in this process or another one. */
final class Application {
  private static final CustodyOptions PATIENT =
      CustodyOptions.defaults().withDeadline(Duration.ofMinutes(10));

  private static final String READY = "READY";

  private Application() {}

  /** What became of making it: {@code MADE}, or the kind of the error. */
  static String create(CustodyUri uri) {
    try {
      Keychain.create(uri, PATIENT).close();
      return "MADE";
    } catch (CustodyException e) {
      return e.kind().name();
    }
  }

  /** The id of the key {@code records}, or the kind of the error. */
  private static String open(CustodyUri uri) {
    try (KeyCustody custody = Custodies.installed().open(uri, PATIENT)) {
      custody.unlock();
      return custody.find("records").id().toString();
    } catch (CustodyException e) {
      return e.kind().name();
    }
  }

  /** Writes a dump of the heap, garbage included, while the store is open. */
  private static String dump(CustodyUri uri, String file) throws IOException {
    try (KeyCustody custody = Custodies.installed().open(uri, PATIENT)) {
      custody.unlock();
      String id = custody.find("records").id().toString();
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file, false);
      return id;
    }
  }

  /** Holds the lock of a key file as a writer does that never ends, and says so. */
  private static String hold(String file) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of(file), StandardOpenOption.WRITE)) {
      channel.lock();
      System.out.println("HELD");
      new CountDownLatch(1).await();
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Another process, which begins when it {@linkplain #said is asked} what it has to say. */
  static Process start(String what, CustodyUri uri, Map<String, String> environment, String... more)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Application.class.getName(),
                what,
                uri.canonical()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Waits until such a process has only to begin. */
  static void awaitReady(Process process) throws IOException {
    assertEquals(READY, answers(process).readLine());
  }

  /** Lets it begin, once it is ready. */
  static void go(Process process) throws IOException {
    process.getOutputStream().close();
  }

  /** What it said in the end. */
  static String said(Process process) throws IOException {
    go(process);
    return answers(process)
        .lines()
        .filter(line -> !line.equals(READY))
        .collect(Collectors.joining("\n"));
  }

  private static BufferedReader answers(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  /** Makes another store first, so that no class is still to be loaded when it counts. */
  private static void practise(CustodyUri uri) {
    create(
        uri.withAttribute("account", "practice-" + ProcessHandle.current().pid())
            .withQuery("key-file", uri.query("key-file").orElseThrow() + "-practice"));
  }

  /** One deed, when standard input ends. */
  public static void main(String[] arguments) throws IOException {
    CustodyUri uri = CustodyUri.parse(arguments[1]);
    if (arguments[0].equals("race")) {
      practise(uri);
    }
    System.out.println(READY);
    System.in.readAllBytes();
    System.out.println(
        switch (arguments[0]) {
          case "create", "race" -> create(uri);
          case "dump" -> dump(uri, arguments[2]);
          case "hold" -> hold(arguments[2]);
          default -> open(uri);
        });
  }
}
