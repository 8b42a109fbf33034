package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Tokens as users have them. A new one is made for each call; nothing is simulated. */
enum RealToken {
  /** SoftHSM 2, in this process. */
  SOFTHSM {
    @Override
    Made make() throws IOException, InterruptedException {
      Path module = first("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so");
      Path conf = Path.of(System.getenv("SOFTHSM2_CONF"));
      Path tokens = Files.createDirectories(conf.resolveSibling("softhsm"));
      Files.writeString(
          conf,
          "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n");
      String label = "vault-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
      Command.run(
          List.of(
              "softhsm2-util",
              "--init-token",
              "--free",
              "--label",
              label,
              "--pin",
              PIN,
              "--so-pin",
              "so-" + PIN));
      return new Made(this, label, module, "");
    }
  },
  /** NSS softoken with a database on disk, in this process. */
  NSS {
    @Override
    Made make() throws IOException, InterruptedException {
      Path module = first("/usr/lib/x86_64-linux-gnu/libsoftokn3.so", "/usr/lib64/libsoftokn3.so");
      Path home = Path.of(System.getenv("SOFTHSM2_CONF")).resolveSibling("nss");
      home = Files.createDirectories(home.resolve(Long.toString(System.nanoTime())));
      Path password = Files.writeString(home.resolve("password"), PIN + "\n");
      Command.run(List.of("certutil", "-N", "-d", "sql:" + home, "-f", password.toString()));
      return new Made(
          this,
          "NSS Certificate DB",
          module,
          "configdir='sql:" + home + "' certPrefix='' keyPrefix='' secmod='secmod.db' flags=");
    }
  };

  static final String PIN = "1234-\u00e4";

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /** A new token; its test is skipped where the token is not installed. */
  abstract Made make() throws IOException, InterruptedException;

  /** A new token, to be used through this binding. */
  Made make(Binding binding) throws IOException, InterruptedException {
    return make().through(binding);
  }

  private static Path first(String... modules) {
    for (String module : modules) {
      if (Files.exists(Path.of(module))) {
        return Path.of(module);
      }
    }
    assumeTrue(false, "not installed: " + modules[0]);
    throw new IllegalStateException();
  }

  /** One that was made. */
  record Made(RealToken kind, String label, Path module, String initArgs, Binding binding) {
    /** To be used through the binding that no URI has to name. */
    Made(RealToken kind, String label, Path module, String initArgs) {
      this(kind, label, module, initArgs, Binding.DEFAULT);
    }

    /** The same token through this binding. */
    Made through(Binding other) {
      return new Made(kind, label, module, initArgs, other);
    }

    /** Its URI; the PIN comes from the callback handler. */
    CustodyUri uri() {
      return uri("");
    }

    /** Its URI with something behind the token's label. */
    CustodyUri uri(String more) {
      return CustodyUri.parse(
          "pkcs11:token="
              + encoded(label)
              + more
              + "?module-path="
              + encoded(module.toString())
              + (initArgs.isEmpty() ? "" : "&init-args=" + encoded(initArgs))
              + (binding == Binding.DEFAULT ? "" : "&binding=" + binding.text()));
    }
  }

  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.append('%').append(HexFormat.of().toHexDigits(b));
    }
    return out.toString();
  }
}
