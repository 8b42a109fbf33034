package dev.e2ee.custody.keychain;

import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.file.Files;

/** Ann's store, which each test makes anew. */
final class Notes {
  static final CustodyOptions OPTIONS = CustodyOptions.defaults();
  static final CustodyUri URI =
      CustodyUri.parse("keychain:service=notes;account=ann?backend=secret-service");

  private Notes() {}

  /** Makes it, with a key. */
  static KeyId withAKey() {
    try (Keychain made = Keychain.create(URI, OPTIONS)) {
      return made.generate("records", KeyKind.UMK).id();
    }
  }

  /** Opens it as an application does, which knows its URI. */
  static KeyCustody unlocked() {
    KeyCustody custody = Custodies.installed().open(URI, OPTIONS);
    custody.unlock();
    return custody;
  }

  /** Its item, as libsecret's own tool shows it; empty when there is none. */
  static String kept() {
    return kept("ann");
  }

  /** That of another account. */
  static String kept(String account) {
    return Desktop.text("notes", account);
  }

  /** Its key file. */
  static byte[] keyFile() throws IOException {
    return Files.readAllBytes(Keychain.keyFile(URI));
  }
}
