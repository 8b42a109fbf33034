package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * SoftHSM 2.6.1 writes the token's file with each login, and whoever is initialised at that moment
 * reads a part of it: then it has no such token, or one without a PIN, until it is finalised.
 */
@Tag("once")
class HalfWrittenTokenTest {
  /** The attribute that comes last in the file: the user's PIN. */
  private static final int USER_PIN_BYTES = 3 * 8 + 72;

  private RealToken.Made token;
  private Path file;
  private byte[] whole;
  private FaultyModule module;

  @BeforeEach
  void make() throws Exception {
    token = RealToken.SOFTHSM.make();
    file = fileOf(token.label());
    whole = Files.readAllBytes(file);
    Thread.sleep(1100); // when the module may be initialised anew, after the test before
  }

  private static Path fileOf(String label) throws IOException {
    Path tokens = Path.of(System.getenv("SOFTHSM2_CONF")).resolveSibling("softhsm");
    byte[] name = (label + " ").getBytes(StandardCharsets.US_ASCII);
    try (Stream<Path> all = Files.walk(tokens)) {
      return all.filter(path -> path.endsWith("token.object"))
          .filter(path -> holds(path, name))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean holds(Path file, byte[] name) {
    try {
      byte[] all = Files.readAllBytes(file);
      for (int i = 0; i + name.length <= all.length; i++) {
        if (Arrays.equals(all, i, i + name.length, name, 0, name.length)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Pkcs11Custody openWhileItIsWritten(int bytes, String writtenBefore) {
    return Opened.faulty(
        token.uri(),
        Opened.giving(RealToken.PIN),
        made -> {
          module = made;
          made.before("C_Initialize", () -> write(Arrays.copyOf(whole, bytes)));
          made.before(writtenBefore, () -> write(whole));
        });
  }

  private void write(byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTokenThatWasNotThereIsFoundAfterTheModuleIsInitialisedAnew() {
    try (Pkcs11Custody custody = openWhileItIsWritten(0, "C_GetSlotList")) {
      assertEquals(2, module.calls("C_Initialize"));
      custody.unlock();
      assertEquals(List.of(), custody.list());
      assertEquals(1, module.calls("C_Login"));
    }
  }

  @Test
  void aTokenThatKnewOfNoPinAcceptsItAfterTheModuleIsInitialisedAnew() {
    try (Pkcs11Custody custody =
        openWhileItIsWritten(whole.length - USER_PIN_BYTES, "C_GetSlotList")) {
      assertEquals(1, module.calls("C_Initialize"));
      custody.unlock();
      assertEquals(List.of(), custody.list());
      assertEquals(2, module.calls("C_Initialize"));
      assertEquals(2, module.calls("C_Login"));
    }
  }

  @Test
  void aTokenWithoutAPinIsToldSoAndItsPinIsNotTakenForWrong() throws Exception {
    String label = token.label() + "-new";
    String free = Command.run(List.of("softhsm2-util", "--show-slots"));
    tool(
        "--slot",
        free.replaceAll("(?s).*\nSlot (\\d+)\n.*", "$1"),
        "--init-token",
        "--label",
        label);
    CustodyUri uri =
        CustodyUri.parse(
            token.uri().canonical().replace("token=" + token.label(), "token=" + label));
    try (Pkcs11Custody custody =
        Opened.faulty(uri, Opened.giving(RealToken.PIN), made -> module = made)) {
      CustodyException e = assertThrows(CustodyException.class, custody::unlock);
      assertEquals(Kind.DENIED, e.kind());
      assertEquals(
          uri.location() + ": the token has no user's PIN yet; set one with the token's own tool",
          e.getMessage());
      tool(
          "--token-label",
          label,
          "--login",
          "--login-type",
          "so",
          "--init-pin",
          "--new-pin",
          RealToken.PIN);
    }
    try (Pkcs11Custody custody = Opened.unlocked(uri)) {
      assertEquals(List.of(), custody.list());
    }
  }

  private void tool(String... words) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "pkcs11-tool",
                "--module",
                token.module().toString(),
                "--so-pin",
                "so-" + RealToken.PIN));
    all.addAll(List.of(words));
    Command.run(all);
  }
}
