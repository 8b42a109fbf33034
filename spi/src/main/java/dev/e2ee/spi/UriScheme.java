package dev.e2ee.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
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
  static final UriScheme FILE =
      new UriScheme("file", Names.of(), Names.of("passphrase-source", "slot-key"));
  private static final UriScheme KEYCHAIN =
      new UriScheme("keychain", Names.of("service", "account"), Names.of("backend"));
  private static final UriScheme PKCS11 =
      new UriScheme(
          "pkcs11",
          Names.of("token", "serial", "manufacturer", "model", "object", "id", "type"),
          Names.of("module-path", "module-name", "init-args", "binding", "pin-source"));

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
   * Refuses an attribute of this scheme behind the separator of the other side: by RFC 7512 it
   * would be a part of the value before it, which nobody means.
   *
   * @param wrong the separator
   * @param side what stands before the question mark, or behind it
   */
  void checkSeparator(String wrong, String side) {
    Pattern.compile(wrong + "([a-z-]+)=")
        .matcher(side)
        .results()
        .map(found -> found.group(1))
        .filter(name -> name.equals("pin-value") || knows(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  name
                      + " stands behind a "
                      + wrong
                      + ": attributes before the question mark are separated by ; and those behind"
                      + " it by & (in a value, ; is %3B and & is %26)");
            });
  }

  /** Whether it has this attribute, on either side; of a back end of somebody else, unknown. */
  private boolean knows(String name) {
    return Stream.of(attributes, query)
        .anyMatch(side -> side.known().isPresent() && side.has(name));
  }
}
