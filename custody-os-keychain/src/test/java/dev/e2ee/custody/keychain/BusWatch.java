package dev.e2ee.custody.keychain;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Whether a person is asked: what is called on the session's bus, as the bus itself tells
 * dbus-monitor. A look at the screen could come before the window, or when it is gone.
 */
final class BusWatch implements AutoCloseable {
  private static final String BUS = "org.freedesktop.DBus";
  private static final String END = "dev.e2ee.test.End";
  private static final String UNLOCK = "org.freedesktop.Secret.Service.Unlock";
  private static final String PROMPT = "org.freedesktop.Secret.Prompt.";
  private static final String WINDOW = "org.gnome.keyring.internal.Prompter.";

  private final Process monitor;
  private final BufferedReader lines;

  private BusWatch() throws IOException {
    this.monitor =
        new ProcessBuilder("dbus-monitor", "--session", "--profile")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    this.lines = monitor.inputReader(StandardCharsets.UTF_8);
  }

  /** Begins to watch. */
  static BusWatch begin() throws IOException {
    BusWatch watch = new BusWatch();
    watch.callsUntil(BUS + ".NameLost"); // as is told to who has become a monitor
    return watch;
  }

  /** What was called until now, and not told before, that asks or may ask: interface and method. */
  List<String> questions() throws IOException {
    Desktop.dbusSend(BUS, "/", END);
    return callsUntil(END).stream()
        .filter(call -> call.equals(UNLOCK) || call.startsWith(PROMPT) || call.startsWith(WINDOW))
        .toList();
  }

  private List<String> callsUntil(String last) throws IOException {
    List<String> calls = new ArrayList<>();
    String name = "";
    while (!name.equals(last)) {
      // Type, time, number, sender, destination, path, interface, method or signal.
      String[] told = Objects.requireNonNull(lines.readLine(), "ended").split("\t", -1);
      name = told.length == 8 ? told[6] + "." + told[7] : "";
      if (told[0].equals("mc")) {
        calls.add(name);
      }
    }
    return calls;
  }

  @Override
  public void close() {
    monitor.destroy();
  }
}
