package dev.e2ee.custody.keychain.internal.secretservice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** D-Bus specification, "Server Addresses". */
class BusAddressTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unix:path=/run/user/1000/bus | /run/user/1000/bus",
        "UNIX:path=/run/bus | /run/bus",
        "unix:guid=0123456789abcdef,path=/run/bus | /run/bus",
        "unix:path=/run/bus,guid=0123456789abcdef | /run/bus",
        "unix:path=/tmp/a%20b%2cc+d%c3%a4 | /tmp/a b,c+dä",
      })
  void theSocketIsAtThePath(String address, String socket) {
    assertEquals(Path.of(socket), new BusAddress(address).socket());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unix:abstract=/tmp/dbus-1",
        "unix:",
        "unix:path=%",
        "unix:path=%00",
        "unix:path=%zz",
        "tcp:host=localhost,port=1",
        "autolaunch:",
        "disabled:",
        "/dev/null",
        "",
        ":",
      })
  void whatJavaCannotConnectToIsUnsupported(String address) {
    CustodyException e =
        assertThrows(CustodyException.class, () -> new BusAddress(address).socket());
    assertEquals(Kind.UNSUPPORTED, e.kind());
  }

  @Test
  void aListHasThemInItsOrder() {
    assertEquals(
        List.of(new BusAddress("unix:abstract=a"), new BusAddress("unix:path=/b")),
        BusAddress.all("unix:abstract=a;unix:path=/b"));
    assertEquals(List.of(new BusAddress(""), new BusAddress("")), BusAddress.all(";"));
  }

  @Test
  void aSocketsAddressIsEscaped() {
    Path socket = Path.of("/run/a,b;c%20+ ä/bus");
    assertEquals(socket, BusAddress.of(socket).socket());
  }
}
