package dev.e2ee.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A scheme of custody URIs.
 *
 * @param text its name
 * @param attributes before the question mark
 * @param query attributes behind it
 */
record UriScheme(String text, Names attributes, Names query) {
  private static final Pattern SECRET =
      Pattern.compile("pin|pass|secret", Pattern.CASE_INSENSITIVE);

  static final UriScheme FILE =
      new UriScheme("file", Names.of(), Names.of("passphrase-source", "slot-key"));
  private static final UriScheme KEYCHAIN =
      new UriScheme("keychain", Names.of("service", "account"), Names.of("backend", "key-file"));
  private static final UriScheme PKCS11 =
      new UriScheme(
          "pkcs11",
          Names.of("token", "serial", "manufacturer", "model", "object", "id", "type"),
          Names.of("module-path", "module-name", "init-args", "binding", "wrap", "pin-source"));

  /** The names of attributes, in the order in which they are written. */
  record Names(Optional<List<String>> known) {
    static Names of(String... known) {
      return new Names(Optional.of(List.of(known)));
    }

    /** Whatever a back end of somebody else has. */
    static Names any() {
      return new Names(Optional.empty());
    }

    boolean has(String name) {
      return known.map(names -> names.contains(name)).orElse(name.matches("[a-z][a-z0-9-]{0,31}"));
    }

    List<String> of(Map<String, byte[]> attributes) {
      return known.orElseGet(() -> List.copyOf(new TreeSet<>(attributes.keySet())));
    }

    @Override
    public String toString() {
      return known.map(List::toString).orElse("names of a-z, 0-9 and -");
    }
  }

  /**
   * The scheme of this name; a back end of somebody else may have it.
   *
   * @throws IllegalArgumentException when none can
   */
  static UriScheme of(String name) {
    return Stream.of(FILE, KEYCHAIN, PKCS11)
        .filter(scheme -> scheme.text.equals(name))
        .findFirst()
        .orElseGet(() -> other(name));
  }

  private static UriScheme other(String name) {
    if (!name.matches("[a-z][a-z0-9+.-]{1,31}")) {
      throw new IllegalArgumentException(
          "a custody URI starts with file:, keychain:, pkcs11: or the scheme of another back end, in"
              + " lower case");
    }
    return new UriScheme(name, Names.any(), Names.any());
  }

  /**
   * Refuses an attribute behind the separator of the other side: by RFC 7512 it would be a part of
   * the value before it, which nobody means, and be shown with it. Of a back end of somebody else
   * only {@code pin-value} is.
   *
   * @param wrong the separator
   * @param side what stands before the question mark, or behind it
   */
  void checkSeparator(String wrong, String side) {
    refuse(wrong, side, name -> isOurs() || name.equals("pin-value"));
    checkNoSecret(",", side);
  }

  /**
   * Refuses what looks like a secret in a value that is shown.
   *
   * @param separators behind which it may stand
   */
  void checkNoSecret(String separators, String value) {
    refuse(separators, value, name -> isOurs() && SECRET.matcher(name).find());
  }

  private void refuse(String separators, String text, Predicate<String> refused) {
    Pattern.compile("([" + separators + "])([A-Za-z][A-Za-z0-9-]*)=")
        .matcher(text)
        .results()
        .filter(found -> refused.test(found.group(2)))
        .findFirst()
        .ifPresent(
            found -> {
              String name = found.group(2);
              throw new IllegalArgumentException(
                  (knows(name) || name.equals("pin-value") ? name : "an attribute")
                      + " stands behind a "
                      + found.group(1)
                      + ": attributes before the question mark are separated by ; and those behind"
                      + " it by & (in a value, ; is %3B, & is %26 and , is %2C)");
            });
  }

  private boolean isOurs() {
    return attributes.known().isPresent();
  }

  /** Whether it has this attribute, on either side; of a back end of somebody else, unknown. */
  private boolean knows(String name) {
    return isOurs() && Stream.of(attributes, query).anyMatch(side -> side.has(name));
  }
}
