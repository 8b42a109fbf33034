package dev.e2ee.secrets;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Every negative test of this module passes its exception through {@link Refused}, which searches
 * the whole trace for secrets. Here: that the search finds them.
 */
class LeakDetectorTest {
  @Test
  void findsASecretInEveryUsualForm() {
    for (byte[] secret : List.of(Sample.umkBytes(), Sample.plaintext(40))) {
      HexFormat hex = HexFormat.of();
      for (String leak :
          List.of(
              hex.formatHex(secret),
              hex.formatHex(secret).toUpperCase(Locale.ROOT),
              HexFormat.ofDelimiter(":").formatHex(secret),
              HexFormat.ofDelimiter(" ").withUpperCase().formatHex(secret),
              Base64.getEncoder().encodeToString(secret),
              Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
              Arrays.toString(secret),
              new String(secret, java.nio.charset.StandardCharsets.ISO_8859_1))) {
        assertThrows(
            AssertionError.class,
            () ->
                Refused.with(
                    IllegalStateException.class,
                    () -> {
                      throw new IllegalStateException(
                          "harmless", new IllegalArgumentException("bad key " + leak));
                    }));
      }
    }
  }
}
