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

  private static final Pattern STRING = Pattern.compile("new String\\(");

  private static final Set<String> ALL =
      Set.of(
          "spi", "spi/argon2", "provider", "custody-file", "custody-pkcs11", "custody-os-keychain");

  /**
   * What they compare is public: magic numbers, AAD, public keys, ids, hashes, bytes of a file,
   * envelopes, the one byte that a key in a token is known by.
   */
  private static final Set<String> PUBLIC =
      Set.of(
          "AuthoredDocument.java",
          "Bytes.java",
          "ContextBinding.java",
          "Curve.java",
          "DeviceApproval.java",
          "DeviceJoin.java",
          "DevicePublicKeys.java",
          "DirectoryRecordStore.java",
          "Fingerprint.java",
          "GcmWork.java",
          "JdbcRecordStore.java",
          "KeyAddress.java",
          "KeyChanges.java",
          "KeyFileFormat.java",
          "KeyFileStore.java",
          "KeyId.java",
          "KeychainItemFormat.java",
          "MessageReader.java",
          "Peers.java",
          "Pkcs8.java",
          "RecordMover.java",
          "SlotKeyFormat.java");

  /** By {@code MessageDigest.isEqual} alone; a comparison that ends early is named here. */
  @Test
  void nothingSecretIsComparedEarly() throws IOException {
    assertEquals(new TreeSet<>(PUBLIC), sourcesWith(EARLY, ALL));
  }

  @Test
  void nothingIsPrintedOrLogged() throws IOException {
    assertEquals(Set.of(), sourcesWith(SAYS, ALL));
  }

  /** Nobody can wipe it; java-keyring takes nothing else. {@code HeapDumpTest} looks for others. */
  @Test
  void noItemOfAKeychainBecomesAString() throws IOException {
    assertEquals(Set.of("PasswordItem.java"), sourcesWith(STRING, Set.of("custody-os-keychain")));
  }

  private static Set<String> sourcesWith(Pattern pattern, Set<String> modules) throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : modules) {
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
