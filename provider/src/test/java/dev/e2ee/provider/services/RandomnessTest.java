package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A provider at position 1 whose randomness is a constant decides nothing of ours. [envelope-27]
 */
class RandomnessTest {
  private static final byte WEAK = 7;

  /** Gives the same byte for ever. */
  public static final class ConstantRandom extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    @Override
    protected void engineSetSeed(byte[] seed) {}

    @Override
    protected void engineNextBytes(byte[] bytes) {
      Arrays.fill(bytes, WEAK);
    }

    @Override
    protected byte[] engineGenerateSeed(int count) {
      return new byte[count];
    }
  }

  private static final class WeakProvider extends Provider {
    private static final long serialVersionUID = 1L;

    WeakProvider() {
      super("Weak", "1", "constant randomness");
      put("SecureRandom.Constant", ConstantRandom.class.getName());
    }
  }

  @BeforeEach
  void first() {
    Security.insertProviderAt(new WeakProvider(), 1);
    byte[] sample = new byte[4];
    new SecureRandom().nextBytes(sample);
    assertEquals("07070707", HexFormat.of().formatHex(sample), "the attack is in place");
  }

  @AfterEach
  void remove() {
    Security.removeProvider("Weak");
  }

  @Test
  void keysAndEnvelopesAreFresh() throws GeneralSecurityException {
    byte[] key =
        KeyGenerator.getInstance("E2EE-UMK", new E2eeProvider()).generateKey().getEncoded();
    assertNotEquals("07".repeat(32), HexFormat.of().formatHex(key));
    try (Envelope envelope = Envelope.with(Sample.umk())) {
      String one = HexFormat.of().formatHex(envelope.seal(new byte[3], Sample.context()));
      String two = HexFormat.of().formatHex(envelope.seal(new byte[3], Sample.context()));
      assertNotEquals(one, two);
      assertEquals(-1, one.indexOf("07".repeat(8)));
    }
  }

  @Test
  void nullIsNoContext() {
    assertThrows(NullPointerException.class, () -> new EnvelopeParameterSpec(null));
    assertThrows(NullPointerException.class, () -> Sample.context().withTenant(null));
    assertThrows(
        NullPointerException.class, () -> EnvelopeParameterSpec.withoutContext().withSuite(null));
  }

  @Test
  void theProviderIsNotSerialised() throws Exception {
    try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThrows(NotSerializableException.class, () -> out.writeObject(new E2eeProvider()));
    }
  }
}
