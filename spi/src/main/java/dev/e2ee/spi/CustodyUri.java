package dev.e2ee.spi;

import dev.e2ee.spi.UriScheme.Names;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address of a store of keys. Three schemes are known here:
 *
 * <pre>
 * file:/home/ann/keys.e2ee?passphrase-source=file:/run/secrets/passphrase
 * keychain:service=e2ee;account=ann?backend=secret-service
 * pkcs11:token=vault;object=records?module-path=/usr/lib/softhsm/libsofthsm2.so&amp;pin-source=env:PIN
 * </pre>
 *
 * <p>A back end of somebody else has a scheme of its own, of 2 to 32 characters of {@code a-z 0-9 +
 * . -}: {@code vault:name=records;zone=eu?token-source=env:TOKEN}. Its attributes, before and after
 * the question mark, have names of 1 to 32 characters of {@code a-z 0-9 -}; which of them it knows
 * is for the back end to check.
 *
 * <p>Parsed strictly: unknown, repeated and empty attributes, raw characters that need
 * percent-encoding, bad UTF-8, fragments, and an attribute's name behind the separator of the other
 * side are errors (for pkcs11, RFC 7512 sections 2.3 and 2.4 without vendor attributes). A secret
 * in the URI ({@code pin-value}) and a command to run ({@code |command}) are refused. {@link
 * #canonical} writes attributes in one order and one encoding; {@link #toString} leaves the query's
 * values out.
 */
public final class CustodyUri {
  /** The longest URI text, in characters. */
  public static final int MAX_LENGTH = 4096;

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final List<String> SOURCES = List.of("file:", "env:", "callback:");

  private final UriScheme scheme;
  private final String path;
  private final Map<String, byte[]> attributes;
  private final Map<String, byte[]> query;

  private CustodyUri(
      UriScheme scheme, String path, Map<String, byte[]> attributes, Map<String, byte[]> query) {
    this.scheme = scheme;
    this.path = path;
    this.attributes = attributes;
    this.query = query;
  }

  /**
   * Parses a URI.
   *
   * @throws IllegalArgumentException saying what is wrong and where; the message never contains a
   *     query's value
   */
  public static CustodyUri parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a custody URI has at most 4096 characters");
    }
    int colon = text.indexOf(':');
    UriScheme scheme = UriScheme.of(colon < 0 ? "" : text.substring(0, colon));
    if (text.indexOf('#') >= 0) {
      throw new IllegalArgumentException("a custody URI has no fragment: write # as %23");
    }
    int mark = text.indexOf('?', colon);
    String hierarchy = mark < 0 ? text.substring(colon + 1) : text.substring(colon + 1, mark);
    scheme.checkSeparator(";", mark < 0 ? "" : text.substring(mark));
    Map<String, byte[]> query =
        mark < 0
            ? Map.of()
            : attributes(
                text.substring(mark + 1),
                "&",
                scheme.query(),
                scheme.attributes(),
                "/:?@!$'()*+,;|");
    checkSources(query);
    if (scheme.equals(UriScheme.FILE)) {
      scheme.checkNoSecret("&;,", hierarchy);
      return new CustodyUri(scheme, filePath(hierarchy), Map.of(), query);
    }
    scheme.checkSeparator("&", hierarchy);
    Map<String, byte[]> attributes =
        hierarchy.isEmpty()
            ? Map.of()
            : attributes(hierarchy, ";", scheme.attributes(), scheme.query(), ":[]@!$'()*+,=&");
    return new CustodyUri(scheme, "", attributes, query);
  }

  /** The URI of a key file, without a query. */
  public static CustodyUri ofFile(Path file) {
    return new CustodyUri(UriScheme.FILE, file.toString(), Map.of(), Map.of());
  }

  /**
   * This URI with another value of an attribute before the question mark.
   *
   * @throws IllegalArgumentException for an attribute that the scheme does not have, or an empty
   *     value
   */
  public CustodyUri withAttribute(String name, String value) {
    return new CustodyUri(scheme, path, with(attributes, scheme.attributes(), name, value), query);
  }

  /**
   * This URI with another value of an attribute after the question mark.
   *
   * @throws IllegalArgumentException as {@link #withAttribute}, and for a value that {@link #parse}
   *     would not take
   */
  public CustodyUri withQuery(String name, String value) {
    Map<String, byte[]> changed = with(query, scheme.query(), name, value);
    checkSources(changed);
    return new CustodyUri(scheme, path, attributes, changed);
  }

  private static Map<String, byte[]> with(
      Map<String, byte[]> before, Names allowed, String name, String value) {
    if (!allowed.has(name) || value.isEmpty()) {
      throw new IllegalArgumentException("no attribute with a value of this URI: " + name);
    }
    Map<String, byte[]> changed = new LinkedHashMap<>(before);
    changed.put(name, value.getBytes(StandardCharsets.UTF_8));
    return ordered(changed, allowed);
  }

  private static Map<String, byte[]> ordered(Map<String, byte[]> found, Names allowed) {
    Map<String, byte[]> ordered = new LinkedHashMap<>();
    for (String name : allowed.of(found)) {
      byte[] value = found.get(name);
      if (value != null) {
        ordered.put(name, value);
      }
    }
    return ordered;
  }

  private static String filePath(String hierarchy) {
    String rest = hierarchy;
    if (rest.startsWith("//")) {
      if (!rest.startsWith("///")) {
        throw new IllegalArgumentException("a file: URI names no host: write file:/path");
      }
      rest = rest.substring(2);
    }
    String path = utf8("path", decode("path", rest, "/:@!$&'()*+,;="));
    if (path.startsWith("//")) {
      throw new IllegalArgumentException("the path of a file: URI begins with one slash");
    }
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a file: URI needs the path of a key file");
    }
    return path;
  }

  private static Map<String, byte[]> attributes(
      String text, String separator, Names allowed, Names otherSide, String extra) {
    Map<String, byte[]> found = new LinkedHashMap<>();
    for (String part : text.split(separator, -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (name.equals("pin-value")) {
        throw new IllegalArgumentException(
            "pin-value puts the PIN into the URI; use pin-source=file:…, env:… or callback:");
      }
      if (!allowed.has(name)) {
        throw unknown(name, equals > 0, allowed, otherSide);
      }
      if (equals < 0 || equals == part.length() - 1) {
        throw new IllegalArgumentException("the attribute " + name + " has no value");
      }
      if (found.put(name, decode(name, part.substring(equals + 1), extra)) != null) {
        throw new IllegalArgumentException("the attribute " + name + " appears twice");
      }
    }
    found.forEach(
        (name, value) -> {
          if (!name.equals("id")) {
            utf8(name, value);
          }
        });
    return ordered(found, allowed);
  }

  /** Names what is clearly a name: of a secret that was not encoded there may be parts. */
  private static IllegalArgumentException unknown(
      String name, boolean hasValue, Names allowed, Names otherSide) {
    if (hasValue && otherSide.known().isPresent() && otherSide.has(name)) {
      return new IllegalArgumentException(
          "the attribute " + name + " belongs on the other side of the question mark");
    }
    String which =
        hasValue && name.matches("[a-z-]{1,32}") ? "the attribute " + name : "an attribute";
    return new IllegalArgumentException(which + " is not known here; known are " + allowed);
  }

  private static boolean isSource(String name) {
    return name.endsWith("-source");
  }

  private static void checkSources(Map<String, byte[]> query) {
    query.forEach(
        (name, value) -> {
          if (isSource(name)) {
            checkSource(name, utf8(name, value));
          }
        });
  }

  private static void checkSource(String name, String value) {
    if (SOURCES.stream().noneMatch(value::startsWith)
        || value.equals("file:")
        || value.equals("env:")) {
      throw new IllegalArgumentException(
          name + " is file:PATH, env:NAME or callback: (a command is never run)");
    }
    if (value.startsWith("callback:") && !value.equals("callback:")) {
      throw new IllegalArgumentException(name + "=callback: has nothing after the colon");
    }
  }

  private static byte[] decode(String name, String text, String extra) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        // Not Character.digit, which takes the digits of other scripts too.
        if (i + 2 >= text.length()
            || !HexFormat.isHexDigit(text.charAt(i + 1))
            || !HexFormat.isHexDigit(text.charAt(i + 2))) {
          throw new IllegalArgumentException("the " + name + " has a % without two hex digits");
        }
        out.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else if (UNRESERVED.indexOf(c) >= 0 || extra.indexOf(c) >= 0) {
        out.write(c);
      } else {
        throw new IllegalArgumentException(notEncoded(name, text.codePointAt(i)));
      }
    }
    return out.toByteArray();
  }

  /** Who writes a secret where its source belongs is not shown a character of it. */
  private static String notEncoded(String name, int character) {
    if (name.startsWith("pin") || name.startsWith("passphrase")) {
      return "the " + name + " has a character that must be percent-encoded as UTF-8";
    }
    String shown = Character.toString(character);
    return "the "
        + name
        + " has "
        + (Character.isISOControl(character) ? "a control character" : "'" + shown + "'")
        + ", which must be percent-encoded: "
        + percentAll(shown.getBytes(StandardCharsets.UTF_8));
  }

  private static String utf8(String name, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the " + name + " is not UTF-8", e);
    }
  }

  private static String encode(byte[] bytes, String extra) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      char c = (char) (b & 0xff);
      if (UNRESERVED.indexOf(c) >= 0 || extra.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", b & 0xff));
      }
    }
    return out.toString();
  }

  /** The scheme in lower case. */
  public String scheme() {
    return scheme.text();
  }

  /** The decoded path of a {@code file:} URI; empty for the other schemes. */
  public String path() {
    return path;
  }

  /** An attribute before the question mark, decoded as UTF-8; not for {@code id}. */
  public Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name)).map(v -> utf8(name, v));
  }

  /** An attribute before the question mark as bytes, such as the pkcs11 {@code id}. */
  public Optional<byte[]> attributeBytes(String name) {
    return Optional.ofNullable(attributes.get(name)).map(byte[]::clone);
  }

  /** An attribute after the question mark, decoded as UTF-8. */
  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name)).map(v -> utf8(name, v));
  }

  /**
   * Whether the URI itself says where the PIN, passphrase or slot key is. With {@code callback:},
   * and without a source, somebody is asked.
   */
  public boolean namesSecret() {
    return secretAttribute().isPresent();
  }

  /** The name of the attribute that says so, such as {@code pin-source}. */
  public Optional<String> secretAttribute() {
    return query.keySet().stream()
        .filter(name -> name.equals("slot-key") || isSource(name))
        .filter(name -> !query(name).equals(Optional.of("callback:")))
        .findFirst();
  }

  /** The store's address without the query, in canonical form: fit for logs. */
  public String location() {
    if (scheme.equals(UriScheme.FILE)) {
      return "file:" + encode(path.getBytes(StandardCharsets.UTF_8), "/");
    }
    return scheme() + ":" + join(attributes, ";", ":");
  }

  /** The whole URI in canonical form; {@code parse(canonical())} equals this. */
  public String canonical() {
    return query.isEmpty() ? location() : location() + "?" + join(query, "&", ":/");
  }

  private static String join(Map<String, byte[]> map, String separator, String extra) {
    List<String> parts = new ArrayList<>();
    map.forEach(
        (name, value) ->
            parts.add(name + "=" + (name.equals("id") ? percentAll(value) : encode(value, extra))));
    return String.join(separator, parts);
  }

  private static String percentAll(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      out.append('%').append(String.format("%02X", b & 0xff));
    }
    return out.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CustodyUri uri && canonical().equals(uri.canonical());
  }

  @Override
  public int hashCode() {
    return canonical().hashCode();
  }

  /** The location, and the names of the query's attributes without their values. */
  @Override
  public String toString() {
    return query.isEmpty()
        ? location()
        : location() + "?" + String.join("=…&", query.keySet()) + "=…";
  }
}
