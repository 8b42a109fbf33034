package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.Key;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** [envelope-21] The same 32 bytes as different keys, one after the other in one cipher. */
class NamedKeyTest {
  private static final KeyId A =
      KeyId.of(new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  private static final KeyId B =
      KeyId.of(new byte[] {2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});

  private static List<Key> keys() {
    byte[] bytes = Sample.umkBytes();
    return List.of(
        Sample.umk(),
        UserMasterKey.of(bytes, A, 1),
        new SecretKeySpec(bytes, "AES"),
        UserMasterKey.of(bytes, A, 2),
        UserMasterKey.of(bytes, B, 2),
        Sample.umk(),
        UserMasterKey.of(bytes, B, 2),
        UserMasterKey.of(bytes, B, 2));
  }

  private static EnvelopeInfo expected(Key key) throws Exception {
    try (Envelope fresh = Envelope.with(key)) {
      return Envelope.inspect(fresh.seal(new byte[1], Sample.context()));
    }
  }

  @Test
  void eachNamesItselfAndOpensItsOwnOnly() throws Exception {
    Cipher sealing = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    Cipher opening = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    for (Key key : keys()) {
      sealing.init(Cipher.ENCRYPT_MODE, key, Sample.spec());
      byte[] sealed = sealing.doFinal(new byte[] {9});
      EnvelopeInfo seen = Envelope.inspect(sealed);
      EnvelopeInfo right = expected(key);
      assertEquals(right.keyId(), seen.keyId());
      assertEquals(right.generation(), seen.generation());
      for (Key other : keys()) {
        EnvelopeInfo others = expected(other);
        boolean same =
            others.keyId().equals(right.keyId()) && others.generation() == right.generation();
        opening.init(Cipher.DECRYPT_MODE, other, Sample.spec());
        if (same) {
          assertArrayEquals(new byte[] {9}, opening.doFinal(sealed));
        } else {
          Refused.with(WrongKeyException.class, () -> opening.doFinal(sealed));
        }
      }
    }
  }
}
