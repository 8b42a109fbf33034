package dev.e2ee.spi;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The address of a store of keys, in one of three schemes.
 *
 * <pre>
 * file:/home/ann/keys.e2ee?passphrase-source=file:/run/secrets/passphrase
 * keychain:service=e2ee;account=ann?backend=secret-service
 * pkcs11:token=vault;object=records?module-path=/usr/lib/softhsm/libsofthsm2.so&amp;pin-source=env:PIN
 * </pre>
 *
 * <p>Parsed strictly: unknown, repeated and empty attributes, raw characters that need
 * percent-encoding, bad UTF-8 and fragments are errors (for pkcs11, RFC 7512 sections 2.3 and 2.4
 * without vendor attributes). A secret in the URI ({@code pin-value}) and a command to run ({@code
 * |command}) are refused. {@link #canonical} writes attributes in one order and one encoding;
 * {@link #toString} leaves the query's values out.
 */
public final class CustodyUri {
  /** The longest URI text, in characters. */
  public static final int MAX_LENGTH = 4096;

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final List<String> SOURCES = List.of("file:", "env:", "callback:");

  private record Scheme(String text, List<String> attributes, List<String> query) {}

  private static final Scheme FILE =
      new Scheme("file", List.of(), List.of("passphrase-source", "slot-key"));
  private static final Scheme KEYCHAIN =
      new Scheme("keychain", List.of("service", "account"), List.of("backend"));
  private static final Scheme PKCS11 =
      new Scheme(
          "pkcs11",
          List.of("token", "serial", "manufacturer", "model", "object", "id", "type"),
          List.of("module-path", "module-name", "init-args", "binding", "pin-source"));

  private final Scheme scheme;
  private final String path;
  private final Map<String, byte[]> attributes;
  private final Map<String, byte[]> query;

  private CustodyUri(
      Scheme scheme, String path, Map<String, byte[]> attributes, Map<String, byte[]> query) {
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
    Scheme scheme = colon < 0 ? null : schemeOf(text.substring(0, colon));
    if (scheme == null) {
      throw new IllegalArgumentException(
          "a custody URI starts with file:, keychain: or pkcs11: in lower case");
    }
    if (text.indexOf('#') >= 0) {
      throw new IllegalArgumentException("a custody URI has no fragment: write # as %23");
    }
    int mark = text.indexOf('?', colon);
    String hierarchy = mark < 0 ? text.substring(colon + 1) : text.substring(colon + 1, mark);
    Map<String, byte[]> query =
        mark < 0
            ? Map.of()
            : attributes(text.substring(mark + 1), "&", scheme.query, "/:?@!$'()*+,;|");
    checkSources(query);
    if (scheme.equals(FILE)) {
      return new CustodyUri(scheme, filePath(hierarchy), Map.of(), query);
    }
    Map<String, byte[]> attributes =
        hierarchy.isEmpty()
            ? Map.of()
            : attributes(hierarchy, ";", scheme.attributes, ":[]@!$'()*+,=&");
    return new CustodyUri(scheme, "", attributes, query);
  }

  /** The URI of a key file, without a query. */
  public static CustodyUri ofFile(Path file) {
    return new CustodyUri(FILE, file.toString(), Map.of(), Map.of());
  }

  /**
   * This URI with another value of an attribute before the question mark.
   *
   * @throws IllegalArgumentException for an attribute that the scheme does not have, or an empty
   *     value
   */
  public CustodyUri withAttribute(String name, String value) {
    return new CustodyUri(scheme, path, with(attributes, scheme.attributes, name, value), query);
  }

  /**
   * This URI with another value of an attribute after the question mark.
   *
   * @throws IllegalArgumentException as {@link #withAttribute}, and for a value that {@link #parse}
   *     would not take
   */
  public CustodyUri withQuery(String name, String value) {
    Map<String, byte[]> changed = with(query, scheme.query, name, value);
    checkSources(changed);
    return new CustodyUri(scheme, path, attributes, changed);
  }

  private static Map<String, byte[]> with(
      Map<String, byte[]> before, List<String> allowed, String name, String value) {
    if (!allowed.contains(name) || value.isEmpty()) {
      throw new IllegalArgumentException("no attribute with a value of this URI: " + name);
    }
    Map<String, byte[]> ordered = new LinkedHashMap<>();
    for (String known : allowed) {
      byte[] kept = known.equals(name) ? value.getBytes(StandardCharsets.UTF_8) : before.get(known);
      if (kept != null) {
        ordered.put(known, kept);
      }
    }
    return ordered;
  }

  private static @Nullable Scheme schemeOf(String name) {
    return Stream.of(FILE, KEYCHAIN, PKCS11)
        .filter(s -> s.text().equals(name))
        .findFirst()
        .orElse(null);
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
      String text, String separator, List<String> allowed, String extra) {
    Map<String, byte[]> found = new LinkedHashMap<>();
    for (String part : text.split(separator, -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (name.equals("pin-value")) {
        throw new IllegalArgumentException(
            "pin-value puts the PIN into the URI; use pin-source=file:…, env:… or callback:");
      }
      if (!allowed.contains(name)) {
        throw new IllegalArgumentException(
            "an attribute of this URI is not known here; known are " + allowed);
      }
      if (equals < 0 || equals == part.length() - 1) {
        throw new IllegalArgumentException("the attribute " + name + " has no value");
      }
      if (found.put(name, decode(name, part.substring(equals + 1), extra)) != null) {
        throw new IllegalArgumentException("the attribute " + name + " appears twice");
      }
    }
    Map<String, byte[]> ordered = new LinkedHashMap<>();
    for (String name : allowed) {
      byte[] value = found.get(name);
      if (value != null) {
        if (!name.equals("id")) {
          utf8(name, value);
        }
        ordered.put(name, value);
      }
    }
    return ordered;
  }

  private static void checkSources(Map<String, byte[]> query) {
    for (String name : List.of("pin-source", "passphrase-source")) {
      byte[] value = query.get(name);
      if (value != null && SOURCES.stream().noneMatch(utf8(name, value)::startsWith)) {
        throw new IllegalArgumentException(
            name + " is file:PATH, env:NAME or callback: (a command is never run)");
      }
      if (value != null
          && utf8(name, value).startsWith("callback:")
          && !utf8(name, value).equals("callback:")) {
        throw new IllegalArgumentException(name + "=callback: has nothing after the colon");
      }
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
        throw new IllegalArgumentException(
            "the " + name + " has a character that must be percent-encoded as UTF-8");
      }
    }
    return out.toByteArray();
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
    return query("slot-key").isPresent()
        || query("pin-source")
            .or(() -> query("passphrase-source"))
            .filter(source -> !source.equals("callback:"))
            .isPresent();
  }

  /** The store's address without the query, in canonical form: fit for logs. */
  public String location() {
    if (scheme.equals(FILE)) {
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
        : location() + "?" + String.join("&", query.keySet()) + "=…";
  }
}
