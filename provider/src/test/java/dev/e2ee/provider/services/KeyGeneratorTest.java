package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.e2ee.key.DataKey;
import dev.e2ee.key.SoftwareKey;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.TestEngine;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;

/** {@code KeyGenerator} {@code E2EE-UMK} and {@code E2EE-DEK}. */
class KeyGeneratorTest {
  private static final Map<String, Class<? extends SoftwareKey>> CLASSES =
      Map.of("E2EE-UMK", UserMasterKey.class, "E2EE-DEK", DataKey.class);

  private static final class ConstantRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, (byte) 7);
    }
  }

  @EveryEngine
  void aThousandKeysAreDistinct(TestEngine engine) throws GeneralSecurityException {
    for (var expected : CLASSES.entrySet()) {
      KeyGenerator generator = KeyGenerator.getInstance(expected.getKey(), engine.provider());
      Set<String> seen = new HashSet<>();
      BitSet changing = new BitSet(256);
      byte[] first = generator.generateKey().getEncoded();
      for (int i = 0; i < 1000; i++) {
        SecretKey key = generator.generateKey();
        assertInstanceOf(expected.getValue(), key);
        assertEquals(expected.getKey(), key.getAlgorithm());
        // [envelope-21]
        assertEquals(32, key.getEncoded().length);
        seen.add(Arrays.toString(key.getEncoded()));
        BitSet difference = BitSet.valueOf(key.getEncoded());
        difference.xor(BitSet.valueOf(first));
        changing.or(difference);
      }
      assertEquals(1000, seen.size());
      assertEquals(256, changing.cardinality(), "every bit varies");
    }
  }

  @EveryEngine
  void aCallersRandomIsNotUsed(TestEngine engine) throws GeneralSecurityException {
    for (String name : CLASSES.keySet()) {
      KeyGenerator generator = KeyGenerator.getInstance(name, engine.provider());
      Set<String> seen = new HashSet<>();
      generator.init(new ConstantRandom());
      seen.add(Arrays.toString(generator.generateKey().getEncoded()));
      generator.init(256, new ConstantRandom());
      seen.add(Arrays.toString(generator.generateKey().getEncoded()));
      seen.add(Arrays.toString(generator.generateKey().getEncoded()));
      assertEquals(3, seen.size());
    }
  }
}
