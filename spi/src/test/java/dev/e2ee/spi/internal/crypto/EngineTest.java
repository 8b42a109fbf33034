package dev.e2ee.spi.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.ProviderException;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** Against published vectors. */
class EngineTest {
  private static final Engine ENGINE = Engine.jdk();

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16. */
  @Test
  void sealsAndOpensTheKnownGcmCase() throws AEADBadTagException {
    SecretBytes key =
        SecretBytes.adopt(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    byte[] nonce = hex("cafebabefacedbaddecaf888");
    byte[] aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    byte[] plain =
        hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    byte[] sealed =
        hex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b");
    byte[] out = new byte[plain.length + Engine.TAG];
    byte[] back = new byte[plain.length];
    try (GcmKey gcm = ENGINE.gcmKey(key)) {
      gcm.seal(nonce, aad, plain, 0, plain.length, out, 0);
      gcm.open(nonce, 0, aad, sealed, 0, sealed.length, back, 0);
    }
    assertArrayEquals(sealed, out);
    assertArrayEquals(plain, back);
    assertEquals(32, key.copy().length, "the engine wipes its own copies only");
  }

  /** RFC 5869 appendix A.1: the first 32 of its 42 bytes. */
  @Test
  void expandsTheKnownHkdfCase() {
    SecretBytes prk =
        SecretBytes.adopt(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    byte[] okm =
        hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b88718");
    for (int length = 1; length <= 32; length++) {
      assertArrayEquals(
          Arrays.copyOf(okm, length),
          Hkdf.expand(ENGINE, prk, hex("f0f1f2f3f4f5f6f7f8f9"), length));
    }
    assertThrows(IllegalArgumentException.class, () -> Hkdf.expand(ENGINE, prk, new byte[0], 33));
    assertThrows(IllegalArgumentException.class, () -> Hkdf.expand(ENGINE, prk, new byte[0], 0));
  }

  /** RFC 4231 test case 2, its data in two parts. */
  @Test
  void computesTheKnownMac() {
    SecretBytes key = SecretBytes.adopt("Jefe".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    byte[] mac =
        ENGINE.hmacSha256(
            key,
            "what do ya want ".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "for nothing?".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertArrayEquals(hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"), mac);
  }

  @Test
  void aBoxOpensOnlyWholeAndWithItsAad() throws AEADBadTagException {
    SecretBytes key = SecretBytes.adopt(ENGINE.random(32));
    byte[] aad = {1};
    byte[] box = Box.seal(ENGINE, key, new byte[] {7, 8}, aad);
    assertEquals(2 + Box.OVERHEAD, box.length);
    assertFalse(Arrays.equals(box, Box.seal(ENGINE, key, new byte[] {7, 8}, aad)));
    assertArrayEquals(new byte[] {7, 8}, Box.open(ENGINE, key, box, aad));
    assertThrows(AEADBadTagException.class, () -> Box.open(ENGINE, key, box, new byte[0]));
    for (int length = 0; length < box.length; length++) {
      byte[] cut = Arrays.copyOf(box, length);
      assertThrows(AEADBadTagException.class, () -> Box.open(ENGINE, key, cut, aad));
    }
    for (int bit = 0; bit < 8 * box.length; bit++) {
      byte[] changed = box.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(AEADBadTagException.class, () -> Box.open(ENGINE, key, changed, aad));
    }
  }

  @Test
  void anEngineThatCannotSaysSo() {
    Engine signatures = Engine.of(Security.getProvider("SUN"));
    SecretBytes key = SecretBytes.adopt(new byte[32]);
    assertThrows(ProviderException.class, () -> signatures.hmacSha256(key, new byte[1]));
    assertThrows(
        ProviderException.class, () -> Box.seal(signatures, key, new byte[1], new byte[0]));
    assertThrows(
        ProviderException.class, () -> Box.open(signatures, key, new byte[40], new byte[0]));
  }

  @Test
  void aKeyOnItsWayIsNotSerialisable() {
    EngineKey key = new EngineKey("AES", SecretBytes.adopt(new byte[32]));
    assertThrows(
        NotSerializableException.class,
        () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key));
  }
}
