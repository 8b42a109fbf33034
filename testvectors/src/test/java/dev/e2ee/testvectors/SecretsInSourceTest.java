package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no source of the modules with secrets may say. */
class SecretsInSourceTest {
  private static final Pattern EARLY = Pattern.compile("Arrays\\.(equals|mismatch|compare)\\(");

  private static final Pattern SAYS =
      Pattern.compile(
          "System\\.(out|err|console|getLogger|Logger)\\b|util\\.logging|printStackTrace");

  /** What they compare is public: magic numbers, AAD, public keys, ids, hashes, bytes of a file. */
  private static final Set<String> PUBLIC =
      Set.of(
          "Bytes.java",
          "ContextBinding.java",
          "Curve.java",
          "DeviceApproval.java",
          "DeviceJoin.java",
          "DevicePublicKeys.java",
          "Fingerprint.java",
          "KeyFileFormat.java",
          "KeyFileStore.java",
          "KeyId.java",
          "KeychainItemFormat.java",
          "MessageReader.java",
          "Peers.java",
          "Pkcs8.java",
          "SlotKeyFormat.java");

  /** By {@code MessageDigest.isEqual} alone; a comparison that ends early is named here. */
  @Test
  void nothingSecretIsComparedEarly() throws IOException {
    assertEquals(new TreeSet<>(PUBLIC), sourcesWith(EARLY));
  }

  @Test
  void nothingIsPrintedOrLogged() throws IOException {
    assertEquals(Set.of(), sourcesWith(SAYS));
  }

  private static Set<String> sourcesWith(Pattern pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : new String[] {"spi", "spi/argon2", "provider", "custody-file"}) {
      Path sources = SharedFiles.projectRoot().resolve(module).resolve("src/main");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          if (pattern.matcher(Files.readString(file)).find()) {
            found.add(file.getFileName().toString());
          }
        }
      }
    }
    return found;
  }
}
