package dev.e2ee.custody.keychain.internal.item;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a {@code keychain:} URI names.
 *
 * @param name of the item
 * @param backend which keychain has it, such as {@code secret-service}
 * @param keyFile the key file that the item's key opens
 */
public record KeychainAddress(ItemName name, String backend, Path keyFile) {
  private static final int MOST_CHARACTERS = 128;
  private static final int MOST_OF_A_FILE_NAME = 200;

  /**
   * What a URI names.
   *
   * @throws CustodyException POLICY for a URI that leaves something open, MISSING for a path that
   *     this system cannot have
   */
  public static KeychainAddress of(CustodyUri uri) {
    if (!uri.scheme().equals("keychain")) {
      throw new CustodyException(
          Kind.UNSUPPORTED, "this back end opens keychain: URIs, not " + uri.scheme() + ":");
    }
    ItemName name = new ItemName(part(uri, "service"), part(uri, "account"));
    String backend =
        uri.query("backend")
            .orElseThrow(
                () ->
                    new CustodyException(
                        Kind.POLICY,
                        "the URI does not say which keychain; add ?backend=secret-service on Linux,"
                            + " macos or windows: none is taken in place of another"));
    try {
      Path file = uri.query("key-file").map(Path::of).orElseGet(() -> usual(name));
      return new KeychainAddress(name, backend, file);
    } catch (InvalidPathException e) {
      throw new CustodyException(
          Kind.MISSING, "key-file is a path that this system cannot have; check it", e);
    }
  }

  private static String part(CustodyUri uri, String attribute) {
    String value =
        uri.attribute(attribute)
            .orElseThrow(
                () ->
                    new CustodyException(
                        Kind.POLICY,
                        "a keychain: URI has a service and an account, such as"
                            + " keychain:service=notes;account=ann?backend=secret-service; "
                            + attribute
                            + " is missing"));
    if (value.length() > MOST_CHARACTERS || value.chars().anyMatch(Character::isISOControl)) {
      throw new CustodyException(
          Kind.POLICY,
          attribute + " has at most " + MOST_CHARACTERS + " characters, none of them a control");
    }
    return value;
  }

  private static Path usual(ItemName name) {
    Path data =
        absolute("XDG_DATA_HOME")
            .orElseGet(
                () ->
                    absolute("HOME")
                        .orElseGet(() -> Path.of(System.getProperty("user.home")))
                        .resolve(".local/share"));
    return data.resolve("e2ee")
        .resolve("keychain")
        .resolve(fileName(name.service()))
        .resolve(fileName(name.account()) + ".e2ee");
  }

  private static Optional<Path> absolute(String variable) {
    return Optional.ofNullable(System.getenv(variable)).map(Path::of).filter(Path::isAbsolute);
  }

  private static String fileName(String part) {
    String encoded =
        URLEncoder.encode(part, StandardCharsets.UTF_8)
            .replace("*", "%2A")
            .replaceFirst("^\\.", "%2E");
    if (encoded.length() > MOST_OF_A_FILE_NAME) {
      throw new CustodyException(
          Kind.POLICY,
          "the service or the account is too long for the name of a key file; say where the key file"
              + " is: &key-file=PATH");
    }
    return encoded;
  }
}
