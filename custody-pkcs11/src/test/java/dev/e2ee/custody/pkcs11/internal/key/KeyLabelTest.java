package dev.e2ee.custody.pkcs11.internal.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.key.KeyState;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** [token-3] */
class KeyLabelTest {
  private static final String CHECK = "00ff".repeat(8);

  @Test
  void writesWhatItReads() {
    String text = "e2ee:1:a.B-c_9:2147483647:retired:ecdsa:1764280000:" + CHECK;
    KeyLabel label = KeyLabel.parse(text).orElseThrow();
    assertEquals(
        new KeyLabel(
            "a.B-c_9", Integer.MAX_VALUE, KeyState.RETIRED, KeyUse.ECDSA, 1764280000, CHECK),
        label);
    assertEquals(text, label.text());
    assertEquals(
        "e2ee:1:a.B-c_9:2147483647:old:ecdsa:1764280000:" + CHECK, label.in(KeyState.OLD).text());
    String oaep = "e2ee:1:k:1:primary:oaep-3072:0:" + "0f".repeat(16);
    assertEquals(KeyUse.OAEP_3072, KeyLabel.parse(oaep).orElseThrow().use());
    assertEquals(oaep, KeyLabel.parse(oaep).orElseThrow().text());
    assertEquals(
        "e2ee:1:k:1:pending:hmac:0:",
        new KeyLabel("k", 1, KeyState.PENDING, KeyUse.HMAC, 0, "").text());
  }

  @Test
  void theLongestHasOneHundredAndSixtySixBytes() {
    String text =
        "e2ee:1:" + "n".repeat(64) + ":2147483647:retired:gcm:999999999999:" + "f".repeat(58);
    assertEquals(166, text.length());
    assertTrue(KeyLabel.parse(text).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "records",
        "e2ee:2:k:1:primary:hmac:0:CHECK",
        "e2ee:1::1:primary:hmac:0:CHECK",
        "e2ee:1:k:0:primary:hmac:0:CHECK",
        "e2ee:1:k:01:primary:hmac:0:CHECK",
        "e2ee:1:k:2147483648:primary:hmac:0:CHECK",
        "e2ee:1:k:1:PRIMARY:hmac:0:CHECK",
        "e2ee:1:k:1:primary:aes:0:CHECK",
        "e2ee:1:k:1:primary:oaep:0:CHECK",
        "e2ee-signer:1:00112233445566778899aabbccddeeff",
        "e2ee:1:k:1:primary:hmac:00:CHECK",
        "e2ee:1:k:1:primary:hmac:0:CHECK0",
        "e2ee:1:k:1:primary:hmac:0:CHECK00",
        "e2ee:1:k:1:primary:hmac:0:",
        "e2ee:1:k:1:retired:ecdh:0:",
        "e2ee:1:k:1:primary:gcm:0:CHECK",
        "e2ee:1:k:1:primary:hmac:0:CHECK:",
        " e2ee:1:k:1:primary:hmac:0:CHECK",
        "e2ee:1:k\u00e4:1:primary:hmac:0:CHECK",
        "e2ee:1:k:1:primary:hmac:0:CHECK\n"
      })
  void anyOtherLabelIsNoKeyOfOurs(String text) {
    assertEquals(Optional.empty(), KeyLabel.parse(text.replace("CHECK", CHECK)));
    assertEquals(
        Optional.empty(), KeyLabel.parse(text.replace("CHECK", CHECK.toUpperCase(Locale.ROOT))));
  }

  @Test
  void theOneThatTheOthersWereMadeOfIsAKey() {
    assertTrue(KeyLabel.parse("e2ee:1:k:1:primary:hmac:0:" + CHECK).isPresent());
  }
}
