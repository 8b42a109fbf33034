package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Tokens as users have them. A new one is made for each call; nothing is simulated. */
enum RealToken {
  /** SoftHSM 2, in this process. */
  SOFTHSM("SoftHSM", KeyKind.values()) {
    @Override
    Made make() throws IOException, InterruptedException {
      Path module = first("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so");
      Path conf = Path.of(System.getenv("SOFTHSM2_CONF"));
      Path tokens = Files.createDirectories(conf.resolveSibling("softhsm"));
      Files.writeString(
          conf,
          "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n");
      String label = newLabel();
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
      return new Made(this, label, module);
    }
  },
  /** NSS softoken with a database on disk, in this process. */
  NSS("NSS softokn", KeyKind.values()) {
    @Override
    Made make() throws IOException, InterruptedException {
      Path module = first("/usr/lib/x86_64-linux-gnu/libsoftokn3.so", "/usr/lib64/libsoftokn3.so");
      Path home = Path.of(System.getenv("E2EE_TOKENS"), "nss", Long.toString(System.nanoTime()));
      Files.createDirectories(home);
      Path password = Files.writeString(home.resolve("password"), PIN + "\n");
      Command.run(List.of("certutil", "-N", "-d", "sql:" + home, "-f", password.toString()));
      return new Made(
          this,
          "NSS Certificate DB",
          module,
          "configdir='sql:" + home + "' certPrefix='' keyPrefix='' secmod='secmod.db' flags=",
          Optional.empty());
    }
  },
  /** openCryptoki's token in software, behind its daemon. */
  OPENCRYPTOKI("openCryptoki's software token", KeyKind.UMK) {
    @Override
    Made make() throws IOException, InterruptedException {
      Path module = first(OpenCryptoki.MODULE.toString());
      assumeTrue(
          OpenCryptoki.isIsolated(),
          "openCryptoki has one set of tokens for the whole machine, so its tests need a namespace"
              + " of their own: run them by Maven, as root, on Linux");
      String label = newLabel();
      OpenCryptoki server = OpenCryptoki.shared();
      server.addToken(label);
      return new Made(this, label, module, "", Optional.of(server));
    }
  },
  /** A TPM 2.0: swtpm, behind tpm2-abrmd and tpm2-pkcs11. */
  TPM2("TPM 2.0 (swtpm) by tpm2-pkcs11", KeyKind.UMK, KeyKind.SIGNING_P256) {
    @Override
    Made make() throws IOException, InterruptedException {
      Path module = first(Tpm.MODULE.toString());
      assumeTrue(
          Tpm.hasAddress(),
          "the environment does not say where the TPM is: run the tests by Maven");
      String label = newLabel();
      Tpm tpm = Tpm.shared();
      tpm.addToken(label);
      return new Made(this, label, module, "", Optional.of(tpm));
    }
  },
  /** SoftHSM in another process, through p11-kit. */
  P11_KIT("SoftHSM behind p11-kit-server, client", KeyKind.UMK, KeyKind.SIGNING_P256) {
    @Override
    Made make() throws IOException, InterruptedException {
      Path client = first(P11KitServer.CLIENT.toString());
      Made behind = SOFTHSM.make();
      return new Made(this, behind.label(), client, "", Optional.of(P11KitServer.of(behind)));
    }
  };

  static final String PIN = "1234-\u00e4";

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<KeyKind> kinds;

  RealToken(String title, KeyKind... kinds) {
    this.title = title;
    this.kinds = Set.of(kinds);
  }

  /** What it is called in the table. */
  String title() {
    return title;
  }

  /** Whether it can hold a key of this kind. */
  boolean holds(KeyKind kind) {
    return kinds.contains(kind);
  }

  private static String newLabel() {
    return "vault-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
  }

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
  record Made(
      RealToken kind,
      String label,
      Path module,
      String initArgs,
      Optional<TokenServer> server,
      Binding binding) {
    /** To be used through the binding that no URI has to name. */
    Made(RealToken kind, String label, Path module, String initArgs, Optional<TokenServer> server) {
      this(kind, label, module, initArgs, server, Binding.DEFAULT);
    }

    Made(RealToken kind, String label, Path module) {
      this(kind, label, module, "", Optional.empty());
    }

    /** The same token through this binding. */
    Made through(Binding other) {
      return new Made(kind, label, module, initArgs, server, other);
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
