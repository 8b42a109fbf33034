package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.spi.CustodyUri;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names of keys. */
public final class KeyNames {
  private KeyNames() {}

  /** The key that was named, else the one that the URI means alone, if it does. */
  public static Optional<String> meant(@Nullable String named, CustodyUri uri) {
    return Optional.ofNullable(named)
        .or(() -> uri.scheme().equals("pkcs11") ? uri.attribute("object") : Optional.empty());
  }

  /**
   * Checks the name of a key that is to be made.
   *
   * @throws Failure USAGE
   */
  public static void check(String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw Failure.usage(
          "a key's name has 1 to 64 of: letters a-z and A-Z, digits, dots, underscores and hyphens",
          "");
    }
  }
}
