package dev.e2ee.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shell scripts with a real GNOME Keyring, on a session bus of their own. */
final class Keyring {
  private static final String HEAD =
      """
      set -euo pipefail
      run=("$@"); e2ee() { "${run[0]}" --enable-native-access=ALL-UNNAMED "${run[@]:1}" "$@"; }
      unset XDG_DATA_HOME XDG_STATE_HOME DISPLAY WAYLAND_DISPLAY
      export XDG_RUNTIME_DIR=$(mktemp -d /tmp/e2ee-cli-XXXXXX)
      export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
      trap 'kill $bus 2>/dev/null || true; rm -rf "$XDG_RUNTIME_DIR"' EXIT
      bus=
      log_in() {
        bus=$(dbus-daemon --session --address="$DBUS_SESSION_BUS_ADDRESS" --fork --print-pid)
        printf secret | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null
        until secret-tool search a b 2>/dev/null; do sleep 0.1; done
      }
      # It deletes its socket when it ends, which may be another's by then.
      end_bus() {
        kill $bus
        while readlink "/proc/$bus/exe" >/dev/null; do sleep 0.1; done
        rm -f "$XDG_RUNTIME_DIR/bus"
      }
      """;

  private Keyring() {}

  /** Runs a script in which {@code log_in} starts both, and {@code e2ee} is the command line. */
  static CliProcess.Answer sh(Path home, String script) throws IOException, InterruptedException {
    for (String tool : new String[] {"dbus-daemon", "gnome-keyring-daemon", "secret-tool"}) {
      assumeTrue(Files.exists(Path.of("/usr/bin", tool)), () -> tool + " is not installed");
    }
    return CliProcess.shell(home, HEAD + script);
  }

  /** The same for one that succeeds; its output. */
  static String works(Path home, String script) throws IOException, InterruptedException {
    CliProcess.Answer answer = sh(home, script);
    assertEquals(0, answer.exit(), answer.out() + answer.err());
    return answer.out();
  }
}
