package dev.e2ee.custody.pkcs11.internal.probe;

import dev.e2ee.custody.pkcs11.internal.session.ModuleFile;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.FoundStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The PKCS#11 modules that this machine is known to have: those in the places where packages and
 * vendors put them, and those that p11-kit was told of. None is loaded.
 */
public final class KnownModules {
  private record Known(String name, List<String> files) {}

  private static final String NSS = "NSS softoken";

  /** A file without a directory is looked for in those of the system. */
  private static final List<Known> KNOWN =
      List.of(
          new Known("SoftHSM 2", List.of("libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")),
          new Known(NSS, List.of("libsoftokn3.so")),
          new Known("openCryptoki", List.of("libopencryptoki.so")),
          new Known("TPM2", List.of("libtpm2_pkcs11.so")),
          new Known("OpenSC, smart cards", List.of("opensc-pkcs11.so")),
          new Known("YubiKey PIV", List.of("libykcs11.so")),
          new Known("YubiHSM 2", List.of("yubihsm_pkcs11.so", "/usr/lib/pkcs11/yubihsm_pkcs11.so")),
          new Known("AWS CloudHSM", List.of("/opt/cloudhsm/lib/libcloudhsm_pkcs11.so")),
          new Known("Google Cloud KMS", List.of("libkmsp11.so")),
          new Known(
              "Thales Luna",
              List.of(
                  "/usr/safenet/lunaclient/lib/libCryptoki2_64.so",
                  "/usr/lunasa/lib/libCryptoki2_64.so")),
          new Known("Entrust nShield", List.of("/opt/nfast/toolkits/pkcs11/libcknfast.so")),
          new Known(
              "Utimaco", List.of("libcs_pkcs11_R3.so", "/opt/utimaco/lib/libcs_pkcs11_R3.so")),
          new Known("p11-kit's client, tokens of its server", List.of("p11-kit-client.so")),
          new Known("p11-kit's proxy, tokens of all its modules", List.of("p11-kit-proxy.so")));

  private static final List<Path> SETTINGS =
      List.of(Path.of("/usr/share/p11-kit/modules"), Path.of("/etc/pkcs11/modules"));

  private KnownModules() {}

  /** Each with a URI that names it alone, and where it is known from. */
  public static List<FoundStore> all() {
    return all(SETTINGS);
  }

  /** The same with p11-kit's settings in other directories. */
  static List<FoundStore> all(List<Path> settings) {
    Map<Path, String> found = new LinkedHashMap<>();
    for (Known known : KNOWN) {
      for (String file : known.files) {
        for (Path module : modules(file)) {
          found.putIfAbsent(module, known.name);
        }
      }
    }
    for (Path directory : settings) {
      for (Path setting : settings(directory)) {
        for (Path module : named(setting)) {
          found.merge(module, "p11-kit: " + setting, (before, more) -> before + "; " + more);
        }
      }
    }
    return found.entrySet().stream()
        .map(
            module ->
                module.getValue().startsWith(NSS)
                    ? nss(module.getKey(), module.getValue())
                    : new FoundStore(uri(module.getKey()), module.getValue()))
        .toList();
  }

  /** It has to be told where its database is. */
  private static FoundStore nss(Path module, String name) {
    Path database = Path.of(System.getProperty("user.home"), ".pki", "nssdb");
    return new FoundStore(
        uri(module)
            .withQuery(
                "init-args",
                "configdir='sql:"
                    + database
                    + "' certPrefix='' keyPrefix='' secmod='secmod.db' flags="),
        name
            + ", whose init-args name its database; to make this one: mkdir -p "
            + database
            + " && certutil -N -d sql:"
            + database);
  }

  private static CustodyUri uri(Path module) {
    return CustodyUri.parse("pkcs11:").withQuery("module-path", module.toString());
  }

  private static Iterable<Path> modules(String file) {
    if (!file.startsWith("/")) {
      return ModuleFile.installed(file);
    }
    Path path = Path.of(file);
    try {
      return Files.isReadable(path) ? List.of(path.toRealPath()) : List.of();
    } catch (IOException e) {
      return List.of(); // it went meanwhile
    }
  }

  /** In the order of their names; none where the directory cannot be read. */
  private static Iterable<Path> settings(Path directory) {
    TreeSet<Path> all = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.module")) {
      files.forEach(all::add);
    } catch (IOException e) {
      return List.of();
    }
    return all;
  }

  /** The module that a setting names, pkcs11.conf(5): an absolute path, or a name. */
  private static Iterable<Path> named(Path setting) {
    try {
      Optional<String> module =
          Files.readAllLines(setting, StandardCharsets.ISO_8859_1).stream()
              .filter(line -> line.startsWith("module:"))
              .map(line -> line.substring("module:".length()).strip())
              .findFirst();
      return module.isEmpty() ? List.of() : modules(module.get());
    } catch (IOException | InvalidPathException e) {
      return List.of();
    }
  }
}
