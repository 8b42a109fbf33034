package dev.e2ee.provider.primitive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.e2ee.key.HkdfKeySpec;
import dev.e2ee.key.RawKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.BadKeys;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.ByteBuffer;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** AES-KW, AES-KWP, HMAC, HKDF and PBKDF2 of ours, against the JDK's. */
class KeyPrimitivesTest {
  private static final Engine RANDOM = Engine.jdk();
  private static final int[] HASHES = {256, 384, 512};

  private static Key key(int length) {
    return new SecretKeySpec(RANDOM.random(length), "AES");
  }

  private static Cipher cipher(String name, Provider provider, int mode, Key kek) throws Exception {
    Cipher cipher = Cipher.getInstance(name, provider);
    cipher.init(mode, kek);
    return cipher;
  }

  private static Cipher theirs(String name, int mode, Key kek) throws Exception {
    return cipher(name, java.security.Security.getProvider("SunJCE"), mode, kek);
  }

  @EveryEngine
  void wrapsAsTheJdkDoes(TestEngine engine) throws Exception {
    for (String name : new String[] {"AES/KW/NoPadding", "AES/KWP/NoPadding"}) {
      for (int kekLength : new int[] {16, 24, 32}) {
        Key kek = key(kekLength);
        for (int length = 16; length <= 72; length += name.contains("KWP") ? 5 : 8) {
          byte[] bytes = RANDOM.random(length);
          byte[] wrapped =
              cipher(name, engine.provider(), Cipher.WRAP_MODE, kek)
                  .wrap(new SecretKeySpec(bytes, "HmacSHA256"));
          assertArrayEquals(
              wrapped, theirs(name, Cipher.WRAP_MODE, kek).wrap(new SecretKeySpec(bytes, "X")));
          Cipher unwrapping = cipher(name, engine.provider(), Cipher.UNWRAP_MODE, kek);
          Key key = unwrapping.unwrap(wrapped, "HmacSHA256", Cipher.SECRET_KEY);
          assertInstanceOf(RawKey.class, key);
          assertEquals("HmacSHA256", key.getAlgorithm());
          assertArrayEquals(bytes, key.getEncoded());
          for (int bit = 0; bit < 8 * wrapped.length; bit += 7) {
            byte[] bad = wrapped.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Refused.with(
                InvalidKeyException.class, () -> unwrapping.unwrap(bad, "AES", Cipher.SECRET_KEY));
          }
          for (int cut = 0; cut < wrapped.length; cut++) {
            byte[] bad = Arrays.copyOf(wrapped, cut);
            Refused.with(
                InvalidKeyException.class, () -> unwrapping.unwrap(bad, "AES", Cipher.SECRET_KEY));
          }
        }
      }
    }
  }

  @EveryEngine
  void wrapsPrivateKeys(TestEngine engine) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("EC", "SunEC").generateKeyPair();
    Key kek = key(32);
    String name = "AES/KWP/NoPadding";
    byte[] wrapped = cipher(name, engine.provider(), Cipher.WRAP_MODE, kek).wrap(pair.getPrivate());
    Key back =
        cipher(name, engine.provider(), Cipher.UNWRAP_MODE, kek)
            .unwrap(wrapped, "EC", Cipher.PRIVATE_KEY);
    assertEquals(
        ((ECPrivateKey) pair.getPrivate()).getS(),
        assertInstanceOf(ECPrivateKey.class, back).getS());
  }

  @EveryEngine
  void otherUsesOfKeyWrapAreRefused(TestEngine engine) throws Exception {
    for (String name : new String[] {"AES/KW/NoPadding", "AES/KWP/NoPadding"}) {
      Cipher cipher = Cipher.getInstance(name, engine.provider());
      Refused.with(IllegalStateException.class, () -> cipher.wrap(key(32)));
      for (int mode : new int[] {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE}) {
        Refused.with(UnsupportedOperationException.class, () -> cipher.init(mode, key(32)));
      }
      Refused.with(
          InvalidAlgorithmParameterException.class,
          () -> cipher.init(Cipher.WRAP_MODE, key(32), new IvParameterSpec(new byte[8])));
      Map<String, Key> bad = BadKeys.all();
      bad.remove("AES-128");
      bad.remove("AES-192");
      for (Key key : bad.values()) {
        Refused.with(InvalidKeyException.class, () -> cipher.init(Cipher.WRAP_MODE, key));
      }
      cipher.init(Cipher.WRAP_MODE, key(32));
      Refused.with(
          InvalidKeyException.class, () -> cipher.wrap(BadKeys.all().get("null encoding")));
      Refused.with(
          InvalidKeyException.class, () -> cipher.wrap(BadKeys.all().get("destroyed AES key")));
      byte[] longest = cipher.wrap(key(RawKey.LONGEST));
      assertEquals(RawKey.LONGEST + 8, longest.length);
      Refused.with(IllegalBlockSizeException.class, () -> cipher.wrap(key(RawKey.LONGEST + 8)));
      if (name.contains("KWP")) {
        assertEquals(16, cipher.wrap(key(1)).length);
      } else {
        for (int length : new int[] {1, 8, 15, 17, 33}) {
          Refused.with(IllegalBlockSizeException.class, () -> cipher.wrap(key(length)));
        }
      }
      Cipher unwrapping = cipher(name, engine.provider(), Cipher.UNWRAP_MODE, key(32));
      Refused.with(
          InvalidKeyException.class,
          () -> unwrapping.unwrap(new byte[RawKey.LONGEST + 16], "AES", Cipher.SECRET_KEY));
      Refused.with(
          NoSuchAlgorithmException.class,
          () -> unwrapping.unwrap(new byte[40], "", Cipher.SECRET_KEY));
    }
  }

  @EveryEngine
  void macsAsTheJdkDoes(TestEngine engine) throws Exception {
    Random random = Sample.random("KeyPrimitivesTest.macsAsTheJdkDoes");
    for (int bits : HASHES) {
      Mac ours = Mac.getInstance("HmacSHA" + bits, engine.provider());
      Mac theirs = Mac.getInstance("HmacSHA" + bits, "SunJCE");
      assertEquals(bits / 8, ours.getMacLength());
      for (int length : new int[] {14, 20, 32, 64, 65, 128, 129, 300}) {
        Key key = new SecretKeySpec(RANDOM.random(length), "whatever");
        byte[] message = Sample.plaintext(random.nextInt(500));
        ours.init(key);
        theirs.init(key);
        byte[] expected = theirs.doFinal(message);
        assertArrayEquals(expected, ours.doFinal(message));
        int cut = random.nextInt(message.length + 1);
        ours.update(message, 0, cut);
        if (engine.engine().isJdk()) {
          Mac fork = (Mac) ours.clone();
          fork.update(message, cut, message.length - cut);
          assertArrayEquals(expected, fork.doFinal());
        }
        ours.update(ByteBuffer.wrap(message, cut, message.length - cut));
        assertArrayEquals(expected, ours.doFinal());
        ours.update((byte) 1);
        ours.reset();
        assertArrayEquals(expected, ours.doFinal(message));
      }
      for (String fault :
          new String[] {
            "null", "RSA public key", "null encoding", "an opaque key", "destroyed AES key"
          }) {
        Refused.with(InvalidKeyException.class, () -> ours.init(BadKeys.all().get(fault)));
      }
      Refused.with(
          InvalidAlgorithmParameterException.class,
          () -> ours.init(key(32), new IvParameterSpec(new byte[8])));
      ours.init(key(32));
      Refused.with(InvalidKeyException.class, () -> ours.init(null));
      Refused.with(IllegalStateException.class, ours::doFinal);
    }
  }

  /** RFC 5869, appendix A.1 and A.3; Wycheproof has the rest. */
  @EveryEngine
  void hkdfHasTheVectorsOfItsRfc(TestEngine engine) throws Exception {
    HexFormat hex = HexFormat.of();
    String[][] cases = {
      {
        "0b".repeat(22),
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
      },
      {
        "0b".repeat(22),
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
      },
    };
    SecretKeyFactory hkdf = SecretKeyFactory.getInstance("HKDF-SHA256", engine.provider());
    for (String[] one : cases) {
      HkdfKeySpec spec =
          new HkdfKeySpec(
              hex.parseHex(one[0]),
              hex.parseHex(one[1]),
              hex.parseHex(one[2]),
              one[3].length() / 2);
      assertEquals(one[3], hex.formatHex(hkdf.generateSecret(spec).getEncoded()));
      spec.close();
      Refused.with(InvalidKeySpecException.class, () -> hkdf.generateSecret(spec));
    }
    for (int bits : HASHES) {
      SecretKeyFactory other = SecretKeyFactory.getInstance("HKDF-SHA" + bits, engine.provider());
      int most = 255 * bits / 8;
      byte[] nothing = {};
      assertEquals(
          most,
          other
              .generateSecret(new HkdfKeySpec(nothing, nothing, nothing, most))
              .getEncoded()
              .length);
      Refused.with(
          InvalidKeySpecException.class,
          () -> other.generateSecret(new HkdfKeySpec(nothing, nothing, nothing, most + 1)));
      Refused.with(
          InvalidKeySpecException.class,
          () -> other.generateSecret(new SecretKeySpec(new byte[1], "x")));
    }
  }

  @EveryEngine
  void pbkdf2DerivesAsTheJdkDoes(TestEngine engine) throws Exception {
    char[] password = "pässwort and 14 more \uD83D\uDD11".toCharArray();
    byte[] salt = RANDOM.random(16);
    for (int bits : HASHES) {
      String name = "PBKDF2WithHmacSHA" + bits;
      SecretKeyFactory ours = SecretKeyFactory.getInstance(name, engine.provider());
      for (int length : new int[] {128, 256, 512, 1000}) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, 100, length);
        assertArrayEquals(
            SecretKeyFactory.getInstance(name, "SunJCE").generateSecret(spec).getEncoded(),
            ours.generateSecret(spec).getEncoded());
      }
      Refused.with(
          InvalidKeySpecException.class, () -> ours.generateSecret(new PBEKeySpec(password)));
      Refused.with(
          InvalidKeySpecException.class,
          () -> ours.generateSecret(new PBEKeySpec(password, salt, 100, 129)));
      Refused.with(
          InvalidKeySpecException.class,
          () ->
              ours.generateSecret(
                  new PBEKeySpec("lone \uD83D surrogate".toCharArray(), salt, 100, 128)));
      Refused.with(InvalidKeySpecException.class, () -> ours.generateSecret(null));
      PBEKeySpec cleared = new PBEKeySpec(password, salt, 100, 128);
      cleared.clearPassword();
      Refused.with(InvalidKeySpecException.class, () -> ours.generateSecret(cleared));
    }
  }

  @Test
  void derivedKeysAreNotTranslated() throws Exception {
    E2eeProvider provider = new E2eeProvider();
    for (String name : new String[] {"HKDF-SHA256", "PBKDF2WithHmacSHA256", "Argon2id"}) {
      SecretKeyFactory factory = SecretKeyFactory.getInstance(name, provider);
      SecretKeySpec key = new SecretKeySpec(new byte[16], name);
      Refused.with(InvalidKeyException.class, () -> factory.translateKey(key));
      Refused.with(
          InvalidKeySpecException.class, () -> factory.getKeySpec(key, SecretKeySpec.class));
    }
  }
}
