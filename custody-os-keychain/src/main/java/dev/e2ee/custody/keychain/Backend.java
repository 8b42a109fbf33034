package dev.e2ee.custody.keychain;

import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.keychain.internal.item.ItemName;
import dev.e2ee.custody.keychain.internal.javakeyring.PasswordItem;
import dev.e2ee.custody.keychain.internal.javakeyring.Platform;
import dev.e2ee.custody.keychain.internal.secretservice.SecretServiceItem;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.internal.crypto.Engine;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The keychains that {@code backend=} names. None is ever taken in place of another one. */
public enum Backend {
  /** {@code secret-service}: GNOME Keyring, KeePassXC, KWallet, on the user's session bus. */
  SECRET_SERVICE(SecretServiceItem.TITLE) {
    @Override
    KekHolder item(ItemName name, CustodyOptions options) {
      Engine engine = options.engine().map(Engine::of).orElseGet(Engine::configured);
      return SecretServiceItem.of(name, options.interactionAllowed(), engine);
    }
  },
  /** {@code macos}: the login keychain of macOS. */
  MACOS(Platform.MACOS.title()) {
    @Override
    KekHolder item(ItemName name, CustodyOptions options) {
      return PasswordItem.of(Platform.MACOS, name);
    }
  },
  /** {@code windows}: the Credential Manager of Windows. */
  WINDOWS(Platform.WINDOWS.title()) {
    @Override
    KekHolder item(ItemName name, CustodyOptions options) {
      return PasswordItem.of(Platform.WINDOWS, name);
    }
  };

  private final String title;

  Backend(String title) {
    this.title = title;
  }

  abstract KekHolder item(ItemName name, CustodyOptions options);

  /** What a person calls it. */
  String title() {
    return title;
  }

  /** As the URI has it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The keychain that this operating system has. */
  public static Backend ofThisSystem() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return WINDOWS;
    }
    return system.startsWith("mac") ? MACOS : SECRET_SERVICE;
  }

  /**
   * The one of this name.
   *
   * @throws CustodyException POLICY
   */
  static Backend of(String text) {
    return Arrays.stream(values())
        .filter(one -> one.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new CustodyException(
                    Kind.POLICY,
                    "there is no keychain backend="
                        + text
                        + "; there are "
                        + Arrays.stream(values())
                            .map(Backend::text)
                            .collect(Collectors.joining(", "))));
  }
}
