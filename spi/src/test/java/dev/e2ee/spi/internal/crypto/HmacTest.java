package dev.e2ee.spi.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.SecretBytes;
import java.lang.reflect.Field;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Against the JDK's {@code Mac}; {@link EngineTest} has a published vector. */
class HmacTest {
  private static final Provider SUN = Security.getProvider("SUN");
  private final Random random = new Random(7);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void sameAsMac(String mac, String digest, int block) throws Exception {
    Hmac ours = new Hmac(SUN, digest, block);
    Mac theirs = Mac.getInstance(mac);
    for (int keyLength = 1; keyLength <= block; keyLength++) {
      byte[] key = bytes(keyLength);
      byte[] first = bytes(random.nextInt(300));
      byte[] second = bytes(random.nextInt(300));
      theirs.init(new SecretKeySpec(key, mac));
      theirs.update(first);
      try (SecretBytes secret = SecretBytes.copyOf(key)) {
        assertArrayEquals(theirs.doFinal(second), ours.compute(secret, first, second));
      }
    }
  }

  @Test
  void isTheJdksHmacForEveryLengthOfKey() throws Exception {
    sameAsMac("HmacSHA256", "SHA-256", 64);
    sameAsMac("HmacSHA512", "SHA-512", 128);
  }

  @Test
  void aKeyThatWouldHaveToBeHashedIsRefused() throws Exception {
    Hmac hmac = new Hmac(SUN, "SHA-256", 64);
    SecretBytes key = SecretBytes.adopt(new byte[65]);
    assertThrows(IllegalArgumentException.class, () -> hmac.compute(key, new byte[1]));
  }

  @Test
  void aClosedKeyLeavesItUsable() throws Exception {
    Hmac hmac = new Hmac(SUN, "SHA-256", 64);
    byte[] key = bytes(32);
    SecretBytes open = SecretBytes.copyOf(key);
    SecretBytes closed = SecretBytes.copyOf(bytes(32));
    closed.close();
    byte[] expected = hmac.compute(open, new byte[] {1});
    assertThrows(IllegalStateException.class, () -> hmac.compute(closed, new byte[] {1}));
    assertArrayEquals(expected, hmac.compute(open, new byte[] {1}));
  }

  @Test
  void nothingOfAKeyStaysInside() throws Exception {
    Hmac hmac = new Hmac(SUN, "SHA-256", 64);
    byte[] key = bytes(32);
    byte[] mac = hmac.compute(SecretBytes.copyOf(key), bytes(100));
    for (Field field : Hmac.class.getDeclaredFields()) {
      field.setAccessible(true);
      if (field.get(hmac) instanceof byte[] array) {
        byte[] sorted = array.clone();
        Arrays.sort(sorted);
        assertEquals(sorted[0], sorted[sorted.length - 1], () -> field.getName() + " is not blank");
        assertFalse(Arrays.equals(mac, array));
      }
    }
  }
}
