package dev.e2ee.cli.store;

import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Surroundings;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyUri;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the key store is: what was given, else E2EE_KEYS, else a file in the home directory. */
public final class StoreLocation {
  /** How a URI begins, and a mistyped one too. */
  private static final String SCHEME = "(?s)[A-Za-z][A-Za-z0-9+.-]+:.*";

  private StoreLocation() {}

  /**
   * The store's address.
   *
   * @param given a custody URI or the path of a key file
   * @throws Failure USAGE for a URI that is wrong
   */
  public static CustodyUri of(@Nullable String given, Surroundings surroundings) {
    Optional<String> text = Optional.ofNullable(given).or(() -> surroundings.variable("E2EE_KEYS"));
    if (text.isEmpty()) {
      Path data = surroundings.xdg("XDG_DATA_HOME", ".local/share");
      return CustodyUri.ofFile(data.resolve("e2ee").resolve("keys.e2ee"));
    }
    boolean isUri = isUri(text.get());
    if (text.get().matches(SCHEME) && !isUri) {
      throw Failure.usage(
          "'" + text.get().replaceFirst("(?s):.*", ":") + "' is no kind of key store",
          "The kinds are file:, keychain: and pkcs11:, and those of the back ends that are"
              + " installed. Write ./ before the name if you mean a file.");
    }
    try {
      return isUri ? CustodyUri.parse(text.get()) : CustodyUri.ofFile(path(text.get()));
    } catch (InvalidPathException e) {
      throw Failure.usage("the key store's path is not one that this system can have", "");
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "the key store's URI "
              + (given == null ? "in E2EE_KEYS " : "")
              + "is wrong: "
              + e.getMessage(),
          example(text.get()));
    }
  }

  /** Whether the store was named, here or by E2EE_KEYS. */
  public static boolean isNamed(@Nullable String given, Surroundings surroundings) {
    return given != null || surroundings.variable("E2EE_KEYS").isPresent();
  }

  /** The URI of an item. */
  static CustodyUri keychain(String text) {
    try {
      CustodyUri uri = CustodyUri.parse(text);
      if (uri.scheme().equals("keychain")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw Failure.usage("the item's URI is wrong: " + e.getMessage(), example("keychain:"));
    }
    throw Failure.usage("an item has a keychain: URI", example("keychain:"));
  }

  private static Path path(String text) {
    Path path = Path.of(text);
    if (text.matches("(?s).+\\?[a-z-]+=.*") && !Files.exists(path)) {
      throw Failure.usage(
          "a path has nothing behind a question mark, only a URI has",
          "Write file: before it: 'file:keys.e2ee?passphrase-source=file:/run/secrets/ann'");
    }
    return path;
  }

  private static String example(String text) {
    if (text.startsWith("keychain:")) {
      return "Such as '" + UsualItem.uri().canonical() + "'.";
    }
    return text.startsWith("pkcs11:")
        ? "Such as 'pkcs11:token=vault?module-name=softhsm2&pin-source=file:/run/secrets/pin'."
            + " 'e2ee custody list' shows the modules, 'e2ee custody list URI' the tokens of one."
        : "Such as 'file:/home/ann/keys.e2ee?passphrase-source=file:/run/secrets/ann', or the path"
            + " of a key file.";
  }

  private static boolean isUri(String text) {
    String scheme = text.replaceFirst("(?s):.*", "");
    return text.startsWith("file:")
        || text.startsWith("keychain:")
        || text.startsWith("pkcs11:")
        || (text.matches(SCHEME)
            && Custodies.installed().providers().stream()
                .anyMatch(provider -> provider.scheme().equals(scheme)));
  }
}
