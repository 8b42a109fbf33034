package dev.e2ee.custody.pkcs11.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinSourceTest {
  @TempDir Path directory;

  private static void refused(String says, String source) {
    CustodyUri uri = CustodyUri.parse("pkcs11:token=vault").withQuery("pin-source", source);
    PinSource pins = new PinSource(uri, CustodyOptions.defaults());
    CustodyException e = assertThrows(CustodyException.class, pins::pin);
    String message = String.valueOf(e.getMessage());
    assertEquals(Kind.LOCKED, e.kind(), message);
    assertTrue(message.startsWith("pkcs11:token=vault ") && message.contains(says), message);
  }

  @Test
  void whereNoPinIsTheErrorSaysWhichSourceHasNone() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty"), "\n");
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-------"));
    refused("the file " + empty + " is empty", "file:" + empty);
    refused("there is no file " + directory, "file:" + directory.resolve("none"));
    refused("~ is not expanded", "file:~/no-such-file");
    refused("is not set for this process", "env:E2EE_NO_SUCH_VARIABLE");
  }
}
