package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.BadKeys;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.junit.jupiter.api.Test;

/** STYLE.md 8, the one map of exceptions, service by service. */
class RefusalTableTest {
  private static final byte[] NONCE = new byte[12];
  private final E2eeProvider provider = new E2eeProvider();

  private Cipher cipher(String name) throws GeneralSecurityException {
    return Cipher.getInstance(name, provider);
  }

  private static Map<String, List<Integer>> modes() {
    return Map.of(
        "E2EE-Envelope", List.of(Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE),
        "E2EE-DekWrap", List.of(Cipher.WRAP_MODE, Cipher.UNWRAP_MODE));
  }

  private static AlgorithmParameterSpec rightSpec(String service) {
    return service.equals("E2EE-Envelope")
        ? Sample.spec()
        : new DekWrapParameterSpec(Sample.context());
  }

  @Test
  void aWrongKeyIsAnInvalidKeyException() throws GeneralSecurityException {
    for (var service : modes().entrySet()) {
      for (int mode : service.getValue()) {
        for (var bad : BadKeys.umks().entrySet()) {
          Cipher cipher = cipher(service.getKey());
          AlgorithmParameterSpec spec = rightSpec(service.getKey());
          Refused.with(InvalidKeyException.class, () -> cipher.init(mode, bad.getValue(), spec));
        }
      }
    }
  }

  @Test
  void alsoWhenJcaChoosesTheProvider() throws GeneralSecurityException {
    E2eeProvider registered = new E2eeProvider();
    Security.addProvider(registered);
    try {
      for (Key bad : BadKeys.umks().values()) {
        Cipher cipher = Cipher.getInstance("E2EE-Envelope");
        Refused.with(
            InvalidKeyException.class, () -> cipher.init(Cipher.ENCRYPT_MODE, bad, Sample.spec()));
      }
    } finally {
      Security.removeProvider(E2eeProvider.NAME);
    }
  }

  @Test
  void alsoInTheTypedApi() throws GeneralSecurityException {
    Envelope good = Envelope.with(Sample.umk());
    byte[] envelope = good.seal(new byte[1], Sample.context());
    for (Key bad : BadKeys.umks().values()) {
      Refused.with(InvalidKeyException.class, () -> Envelope.with(bad));
      Refused.with(InvalidKeyException.class, () -> good.rewrap(envelope, bad, Sample.context()));
    }
  }

  @Test
  void aWrongDekIsAnInvalidKeyException() throws GeneralSecurityException {
    Cipher cipher = cipher("E2EE-DekWrap");
    cipher.init(Cipher.WRAP_MODE, Sample.umk(), new DekWrapParameterSpec(Sample.context()));
    for (Key bad : BadKeys.deks().values()) {
      Refused.with(InvalidKeyException.class, () -> cipher.wrap(bad));
    }
  }

  @Test
  void aCallersNonceIsAnInvalidAlgorithmParameterException() throws GeneralSecurityException {
    // [envelope-27] A caller cannot give a nonce.
    AlgorithmParameters gcm = AlgorithmParameters.getInstance("GCM");
    gcm.init(new GCMParameterSpec(128, NONCE));
    AlgorithmParameters unset = AlgorithmParameters.getInstance("E2EE-Envelope", provider);
    for (var service : modes().entrySet()) {
      for (int mode : service.getValue()) {
        Cipher cipher = cipher(service.getKey());
        for (AlgorithmParameterSpec bad :
            List.of(
                new GCMParameterSpec(128, NONCE),
                new IvParameterSpec(NONCE),
                new ECGenParameterSpec("secp256r1"),
                service.getKey().equals("E2EE-Envelope")
                    ? rightSpec("E2EE-DekWrap")
                    : rightSpec("E2EE-Envelope"))) {
          Refused.with(
              InvalidAlgorithmParameterException.class, () -> cipher.init(mode, Sample.umk(), bad));
        }
        Refused.with(
            InvalidAlgorithmParameterException.class, () -> cipher.init(mode, Sample.umk(), gcm));
        Refused.with(
            InvalidAlgorithmParameterException.class, () -> cipher.init(mode, Sample.umk(), unset));
      }
    }
  }

  @Test
  void aWrongModeIsAnUnsupportedOperationException() throws GeneralSecurityException {
    Cipher envelope = cipher("E2EE-Envelope");
    for (int mode : modes().get("E2EE-DekWrap")) {
      Refused.with(
          UnsupportedOperationException.class,
          () -> envelope.init(mode, Sample.umk(), Sample.spec()));
    }
    Cipher dekWrap = cipher("E2EE-DekWrap");
    for (int mode : modes().get("E2EE-Envelope")) {
      Refused.with(
          UnsupportedOperationException.class,
          () -> dekWrap.init(mode, Sample.umk(), rightSpec("E2EE-DekWrap")));
    }
    for (int mode : List.of(0, 5, -1)) {
      Refused.with(InvalidParameterException.class, () -> envelope.init(mode, Sample.umk()));
    }
    envelope.init(Cipher.ENCRYPT_MODE, Sample.umk());
    Refused.with(IllegalStateException.class, () -> envelope.wrap(Sample.umk()));
    Refused.with(
        IllegalStateException.class, () -> envelope.unwrap(NONCE, "AES", Cipher.SECRET_KEY));
  }

  @Test
  void generatorsTakeNoParametersAndOneSize() throws GeneralSecurityException {
    for (String name : List.of("E2EE-UMK", "E2EE-DEK")) {
      KeyGenerator generator = KeyGenerator.getInstance(name, provider);
      for (int bits : new int[] {-1, 0, 128, 192, 255, 257, 512}) {
        Refused.with(InvalidParameterException.class, () -> generator.init(bits));
      }
      Refused.with(
          InvalidAlgorithmParameterException.class,
          () -> generator.init(new IvParameterSpec(NONCE)));
      generator.init(256);
      assertEquals(32, generator.generateKey().getEncoded().length);
    }
  }

  @Test
  void theClassesOfARefusedEnvelope() {
    assertEquals(AEADBadTagException.class, WrongKeyException.class.getSuperclass());
    assertEquals(AEADBadTagException.class, MalformedEnvelopeException.class.getSuperclass());
    assertEquals(
        MalformedEnvelopeException.class, UnsupportedEnvelopeException.class.getSuperclass());
  }

  @Test
  void wrongValuesOfPublicTypesAreIllegalArguments() {
    EnvelopeParameterSpec spec = Sample.spec();
    Refused.with(IllegalArgumentException.class, () -> spec.withMinimumGeneration(-1));
    Refused.with(
        IllegalArgumentException.class,
        () -> new DekWrapParameterSpec(Sample.context().withTenant("t")));
  }
}
