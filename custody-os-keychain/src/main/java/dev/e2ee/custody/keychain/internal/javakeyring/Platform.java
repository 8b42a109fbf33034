package dev.e2ee.custody.keychain.internal.javakeyring;

import com.github.javakeyring.KeyringStorageType;
import com.github.javakeyring.PasswordAccessException;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A keychain that java-keyring (1.0.4) knows, and how it tells what it did. */
public enum Platform {
  /** The login keychain of macOS. */
  MACOS("the macOS Keychain") {
    @Override
    KeyringStorageType type() {
      return KeyringStorageType.OSX_KEYCHAIN;
    }

    @Override
    boolean saysMissing(PasswordAccessException e, String service, String account) {
      return ("No stored credentials match " + service + " account: " + account)
          .equals(e.getMessage());
    }

    @Override
    String spelt(String name) {
      return name;
    }
  },
  /** The Credential Manager of Windows, whose items DPAPI protects. */
  WINDOWS("the Windows Credential Manager") {
    @Override
    KeyringStorageType type() {
      return KeyringStorageType.WINDOWS_CREDENTIAL_STORE;
    }

    /** 1168 is ERROR_NOT_FOUND. */
    @Override
    boolean saysMissing(PasswordAccessException e, String service, String account) {
      return "Error code 1168".equals(e.getMessage());
    }

    /**
     * The library calls CredReadA, which loses what the code page of the machine does not have, and
     * Windows takes upper and lower case for the same.
     */
    @Override
    String spelt(String name) {
      String spelt =
          UPPER
              .matcher(URLEncoder.encode(name, StandardCharsets.UTF_8))
              .replaceAll(
                  found ->
                      found.group().length() > 1
                          ? found.group()
                          : "%" + Integer.toHexString(found.group().charAt(0)));
      if (spelt.length() > MOST_CHARACTERS) {
        throw new CustodyException(
            Kind.POLICY, "the service or the account is too long for Windows; take a shorter one");
      }
      return spelt;
    }
  };

  private static final Pattern UPPER = Pattern.compile("%[0-9A-F]{2}|[A-Z]");

  /** CRED_MAX_USERNAME_LENGTH. */
  private static final int MOST_CHARACTERS = 513;

  private final String title;

  Platform(String title) {
    this.title = title;
  }

  /** What it is called. */
  public String title() {
    return title;
  }

  abstract KeyringStorageType type();

  /** Whether the error says that the keychain was read and has no such item. */
  abstract boolean saysMissing(PasswordAccessException e, String service, String account);

  /** A name as the library can bear it; different names stay different. */
  abstract String spelt(String name);
}
