package dev.e2ee.cli.keyring;

import dev.e2ee.cli.io.Failure;
import java.util.Locale;

/**
 * What a public key of a device is for; both look alike, and half of them would do as the other.
 */
enum KeyKind {
  /** By it a device is added to a keyring. */
  MEMBER,
  /** By it the device's signatures are trusted. */
  SIGNER;

  private String prefix() {
    return toString().toLowerCase(Locale.ROOT) + ":";
  }

  /** The key with its kind before it, for people. */
  String shown(String key) {
    return prefix() + key;
  }

  /**
   * The key of a text that has this kind before it, or none.
   *
   * @throws Failure USAGE when it is of the other kind
   */
  String read(String text) {
    for (KeyKind kind : values()) {
      if (kind != this && text.startsWith(kind.prefix())) {
        throw Failure.usage(
            text + " is the other key of a device",
            "Here give the one that 'e2ee keyring keys' prints as " + prefix());
      }
    }
    return text.startsWith(prefix()) ? text.substring(prefix().length()) : text;
  }
}
