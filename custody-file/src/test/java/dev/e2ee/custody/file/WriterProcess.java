package dev.e2ee.custody.file;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The other process of the tests: changes a key file until it is killed, races, or holds the lock.
 *
 * <p>It says in lower case what it is about to do, and in upper case what is done.
 */
public final class WriterProcess {
  static final Argon2Cost FLOOR = new Argon2Cost(Argon2Cost.MIN_MEMORY_KIB, 2, 1);

  private WriterProcess() {}

  /** Arguments: the mode; the file follows on the standard input, when it is time. */
  public static void main(String[] arguments) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    switch (arguments[0]) {
      case "crash" -> crash(in);
      case "race" -> race(in);
      case "hold" -> hold(in);
      case "readonly" -> readOnly(in);
      case "passphrase" -> byPassphrase(in);
      case "uri" -> byUri(arguments[1]);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  static List<String> command(String mode, String heap) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            heap,
            "-cp",
            System.getProperty("java.class.path"),
            WriterProcess.class.getName(),
            mode));
  }

  static Process start(String mode) throws IOException {
    return new ProcessBuilder(command(mode, "-Xmx256m"))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static String line(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      System.exit(0); // the test has ended
      throw new IOException("unreachable");
    }
    return line;
  }

  private static void crash(BufferedReader in) throws IOException {
    say("READY");
    Path path = Path.of(line(in));
    int number = Integer.parseInt(line(in));
    try (KeyFile file = KeyFile.open(path, CustodyOptions.defaults())) {
      file.unlock();
      while (true) {
        step(file, number++);
      }
    }
  }

  /** 32 bytes 0x05; {@link KeyFileTest} would pull the test framework into this process. */
  static SecretBytes dek() {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) 5);
    return SecretBytes.adopt(bytes);
  }

  static SecretBytes passphrase(int number) {
    return Passphrase.of(("passphrase " + number).toCharArray());
  }

  /** Generates a key, rotates it twice, changes the passphrase; then again. */
  private static void step(KeyFile file, int number) {
    String name = "key" + number / 4;
    switch (number % 4) {
      case 0 -> {
        say("g " + name);
        say("G " + name + " " + wrapped(file.generate(name, KeyKind.UMK)) + " " + number);
      }
      case 1, 2 -> {
        say("r " + name);
        say("R " + name + " " + wrapped(file.rotate(name)) + " " + number);
      }
      default -> {
        say("p " + number);
        try (SecretBytes next = passphrase(number)) {
          file.changePassphrase(next);
        }
        say("P " + number);
      }
    }
  }

  /** The DEK under the key: whoever unwraps it has the same key. */
  private static String wrapped(CustodyKey key) {
    try (SecretBytes dek = dek()) {
      byte[] bytes = key.operation(DekWrap.class).orElseThrow().wrap(dek, new byte[] {1});
      return key.id() + " " + HexFormat.of().formatHex(bytes);
    }
  }

  /** Each round: sees the file, says so, waits for the word, changes it. */
  private static void race(BufferedReader in) throws IOException {
    CustodyOptions options = CustodyOptions.defaults().withDeadline(Duration.ofMinutes(1));
    try (KeyFile file = KeyFile.open(Path.of(line(in)), options)) {
      file.unlock();
      while (true) {
        file.list();
        say("READY");
        String name = line(in);
        try {
          file.generate(name, KeyKind.UMK);
          say("DONE");
        } catch (CustodyException e) {
          say(e.kind().name().toUpperCase(Locale.ROOT));
        }
      }
    }
  }

  private static void hold(BufferedReader in) throws IOException {
    try (FileChannel channel =
        FileChannel.open(Path.of(line(in)), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      channel.lock();
      say("HELD");
      line(in);
    }
  }

  private static void readOnly(BufferedReader in) throws IOException {
    try (KeyFile file = KeyFile.open(Path.of(line(in)), CustodyOptions.defaults())) {
      file.unlock();
      DekWrap wrap = file.find("main").operation(DekWrap.class).orElseThrow();
      int wraps = 0;
      try (SecretBytes dek = dek()) {
        for (; wraps < 40; wraps++) {
          wrap.wrap(dek, new byte[0]);
        }
      }
      say("WRAPPED " + wraps);
      say("PERSISTS " + file.info().persistsUses());
      say("READ-ONLY " + file.health().detail().contains("read-only"));
      try {
        file.generate("other", KeyKind.UMK);
      } catch (CustodyException e) {
        say("GENERATE " + e.kind());
      }
    }
  }

  private static void byUri(String uri) {
    try (KeyFile file =
        new KeyFileProvider().open(CustodyUri.parse(uri), CustodyOptions.defaults())) {
      file.unlock();
      say("UNLOCKED");
    } catch (CustodyException e) {
      say(e.kind() + " " + e.getMessage());
    }
  }

  private static void byPassphrase(BufferedReader in) throws IOException {
    CustodyOptions options = CustodyOptions.defaults().withCallbackHandler(Passphrases.of("pass"));
    try (KeyFile file = KeyFile.open(Path.of(line(in)), options)) {
      file.unlock();
      say("UNLOCKED");
    } catch (CustodyException e) {
      say(e.kind() + " " + e.getMessage());
    }
  }
}
