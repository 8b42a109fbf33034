package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a bus listens. D-Bus specification, "Server Addresses": {@code
 * unix:path=/run/user/1000/bus}.
 *
 * @param text as the specification writes it
 */
record BusAddress(String text) {
  private static final String PATH = "path=";

  /** The addresses of a list, which {@code ;} separates; at least one. */
  static List<BusAddress> all(String list) {
    return Arrays.stream(list.split(";", -1)).map(BusAddress::new).toList();
  }

  /** The address of a socket. */
  static BusAddress of(Path socket) {
    return new BusAddress("unix:path=" + escaped(socket.toString()));
  }

  private static String escaped(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  /**
   * The socket, which Java can connect to only at a path.
   *
   * @throws CustodyException UNSUPPORTED for any other transport, and for what is no address
   */
  Path socket() {
    int colon = text.indexOf(':');
    if (colon < 0 || !text.substring(0, colon).equalsIgnoreCase("unix")) {
      throw unsupported(null);
    }
    String path =
        Arrays.stream(text.substring(colon + 1).split(","))
            .filter(part -> part.startsWith(PATH))
            .findFirst()
            .orElseThrow(() -> unsupported(null));
    try {
      return Path.of(unescaped(path.substring(PATH.length())));
    } catch (IllegalArgumentException e) { // a path that this system cannot have is one
      throw unsupported(e);
    }
  }

  private static String unescaped(String value) {
    return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private CustodyException unsupported(@Nullable IllegalArgumentException why) {
    return new CustodyException(
        Kind.UNSUPPORTED,
        "the session bus's address is "
            + text
            + ", and Java can connect to a socket at a path only (unix:path=...), as dbus-run-session"
            + " and systemd make it; correct DBUS_SESSION_BUS_ADDRESS",
        why);
  }

  @Override
  public String toString() {
    return text;
  }
}
