package dev.e2ee.custody.keychain;

import dev.e2ee.custody.tck.CustodyContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The TCK over a key file whose key a real GNOME Keyring keeps. */
@Tag("once")
class KeychainTckTest extends CustodyContract {
  private static Desktop desktop;

  KeychainTckTest() {
    super(new KeychainFixture(() -> desktop));
  }

  @BeforeAll
  static void logIn() throws Exception {
    desktop = Desktop.loggedIn();
  }

  @AfterAll
  static void logOut() {
    if (desktop != null) {
      desktop.close();
    }
  }
}
