package dev.e2ee.argon2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.internal.Argon2Core;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Argon2idTest {
  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** RFC 9106 section 5.3: with secret and associated data. */
  @Test
  void givesTheTagOfTheRfc() {
    byte[] tag =
        Argon2Core.derive(32, 3, 4, filled(32, 1), filled(16, 2), filled(8, 3), filled(12, 4), 32);
    assertEquals(
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
        HexFormat.of().formatHex(tag));
  }

  /** The password "password" at the floor, checked with the reference implementation's command. */
  @Test
  void givesTheReferenceCommandsResultAtTheFloor() {
    byte[] key =
        Argon2id.derive(
            new Argon2Cost(19456, 2, 1),
            "password".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            filled(16, 's'),
            32);
    assertEquals(
        "fd7027541299f73aff9e1b9d462fddebc803f5493cc4711ac5aa3533f1c7f5de",
        HexFormat.of().formatHex(key));
  }

  /** Below the floor, at the one cost that Acontext has; and with no other salt. */
  @Test
  void givesAcontextsVerifierAtItsFixedCost() {
    byte[] secret = "secret".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] none = new byte[0];
    assertArrayEquals(
        Argon2Core.derive(16384, 2, 1, secret, filled(16, 's'), none, none, 32),
        Argon2id.deriveAcontextVerifier(secret, filled(16, 's')));
    for (int length : new int[] {0, 15, 17}) {
      byte[] salt = filled(length, 's');
      assertThrows(
          IllegalArgumentException.class, () -> Argon2id.deriveAcontextVerifier(secret, salt));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "19455,2,1",
    "1048577,2,1",
    "-1,2,1",
    "2147483647,2,1",
    "19456,1,1",
    "19456,17,1",
    "19456,1000000,1",
    "19456,2,0",
    "19456,2,17",
    "19456,2,-1"
  })
  void refusesCostsOutOfBounds(int memory, int passes, int lanes) {
    assertThrows(IllegalArgumentException.class, () -> new Argon2Cost(memory, passes, lanes));
  }

  @Test
  void refusesShortSaltsAndOddLengths() {
    byte[] pass = filled(8, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> Argon2id.derive(Argon2Cost.DEFAULT, pass, filled(15, 1), 32));
    assertThrows(
        IllegalArgumentException.class,
        () -> Argon2id.derive(Argon2Cost.DEFAULT, pass, filled(16, 1), 65));
  }

  /** Surefire gives this test a heap of 512 MiB (see the pom), so a GiB is over a quarter of it. */
  @Test
  void takesNoMemoryWhenTheHeapIsTooSmall() {
    assertTrue(Runtime.getRuntime().maxMemory() < 4L << 30, "needs the small heap of the pom");
    var error =
        assertThrows(
            InsufficientMemoryException.class,
            () ->
                Argon2id.derive(
                    new Argon2Cost(Argon2Cost.MAX_MEMORY_KIB, 2, 1),
                    filled(8, 1),
                    filled(16, 1),
                    32));
    assertTrue(error.getMessage().contains("-Xmx"), error.getMessage());
  }
}
