package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.internal.jca.ServiceTable;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.BadKeys;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.AlgorithmParametersSpi;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyFactorySpi;
import java.security.KeyStoreSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Provider.Service;
import java.security.Security;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.KeyGenerator;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.MacSpi;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.SecretKeyFactorySpi;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Over all services: each is what it says, and says what it is. */
class ServicesTest {
  private static final Set<String> EXPECTED =
      Set.of(
          "AlgorithmParameters.E2EE-DekWrap",
          "AlgorithmParameters.E2EE-Envelope",
          "AlgorithmParameters.E2EE-RecoveryWrap",
          "Cipher.E2EE-DekWrap",
          "Cipher.E2EE-DeviceWrap",
          "Cipher.E2EE-Envelope",
          "Cipher.E2EE-RecoveryWrap",
          "Cipher.AES/GCM/NoPadding",
          "Cipher.AES/KW/NoPadding",
          "Cipher.AES/KWP/NoPadding",
          "KeyAgreement.ECDH",
          "KeyAgreement.X25519",
          "KeyFactory.EC",
          "KeyFactory.Ed25519",
          "KeyFactory.X25519",
          "KeyGenerator.E2EE-DEK",
          "KeyGenerator.E2EE-UMK",
          "KeyStore.E2EE-Custody",
          "Mac.HmacSHA256",
          "Mac.HmacSHA384",
          "Mac.HmacSHA512",
          "SecretKeyFactory.Argon2id",
          "SecretKeyFactory.HKDF-SHA256",
          "SecretKeyFactory.HKDF-SHA384",
          "SecretKeyFactory.HKDF-SHA512",
          "SecretKeyFactory.PBKDF2WithHmacSHA256",
          "SecretKeyFactory.PBKDF2WithHmacSHA384",
          "SecretKeyFactory.PBKDF2WithHmacSHA512",
          "Signature.Ed25519",
          "Signature.SHA256withECDSA",
          "Signature.SHA256withECDSAinP1363Format");
  private static final Map<String, Class<?>> SPI =
      Map.of(
          "Cipher", CipherSpi.class,
          "KeyAgreement", KeyAgreementSpi.class,
          "KeyFactory", KeyFactorySpi.class,
          "Mac", MacSpi.class,
          "Signature", SignatureSpi.class,
          "KeyGenerator", KeyGeneratorSpi.class,
          "KeyStore", KeyStoreSpi.class,
          "SecretKeyFactory", SecretKeyFactorySpi.class,
          "AlgorithmParameters", AlgorithmParametersSpi.class);

  private final E2eeProvider provider = new E2eeProvider();

  @Test
  void exactlyThese() {
    Set<String> names =
        provider.getServices().stream()
            .map(s -> s.getType() + "." + s.getAlgorithm())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(EXPECTED), names);
    assertEquals(EXPECTED.size(), ServiceTable.rows().size());
  }

  @Test
  void eachMakesWhatItNames() throws NoSuchAlgorithmException {
    for (Service service : provider.getServices()) {
      Object made = service.newInstance(null);
      assertEquals(service.getClassName(), made.getClass().getName());
      assertTrue(SPI.get(service.getType()).isInstance(made), service::toString);
      assertFalse(made == service.newInstance(null), "each call a new object");
      Refused.with(InvalidParameterException.class, () -> service.newInstance("parameter"));
    }
  }

  @Test
  void isFoundByServiceLoader() {
    List<Provider> found =
        ServiceLoader.load(Provider.class).stream()
            .filter(p -> p.type() == E2eeProvider.class)
            .map(ServiceLoader.Provider::get)
            .toList();
    assertEquals(1, found.size());
    assertEquals("E2EE", found.get(0).getName());
  }

  @Test
  void transformationsWithModeOrPaddingAreRefused() throws GeneralSecurityException {
    E2eeProvider registered = new E2eeProvider();
    Security.addProvider(registered);
    try {
      for (String name :
          List.of("E2EE-Envelope", "E2EE-DekWrap", "E2EE-DeviceWrap", "E2EE-RecoveryWrap")) {
        for (String rest : List.of("/GCM/NoPadding", "/ECB/PKCS5Padding", "/CBC/")) {
          refused(name + rest);
        }
        refused(name + "/GCM");
        assertEquals(name, Cipher.getInstance(name).getAlgorithm());
      }
    } finally {
      Security.removeProvider(E2eeProvider.NAME);
    }
  }

  private void refused(String transformation) {
    for (Boolean byProvider : List.of(true, false)) {
      try {
        if (byProvider) {
          Cipher.getInstance(transformation, provider);
        } else {
          Cipher.getInstance(transformation);
        }
        throw new AssertionError(transformation + " was accepted");
      } catch (NoSuchAlgorithmException | NoSuchPaddingException expected) {
        Refused.assertNoSecret(expected.toString());
      }
    }
  }

  @Test
  void attributesAreHonest() throws GeneralSecurityException {
    List<Key> taken =
        List.of(Sample.umk(), new SecretKeySpec(Sample.umkBytes(), "AES"), MemoryCustodyKey.umk());
    Map<String, Key> bad = BadKeys.umks();
    for (String name : List.of("E2EE-Envelope", "E2EE-DekWrap")) {
      Service service = provider.getService("Cipher", name);
      for (Key key : taken) {
        assertTrue(service.supportsParameter(key), key::toString);
      }
      for (String fault : List.of("RSA public key", "RSA private key", "EC private key")) {
        assertFalse(service.supportsParameter(bad.get(fault)), fault);
      }
      for (String className : service.getAttribute("SupportedKeyClasses").split("\\|", -1)) {
        assertTrue(Key.class.isAssignableFrom(classNamed(className)));
      }
    }
    KeyGenerator generator = KeyGenerator.getInstance("E2EE-UMK", provider);
    assertTrue(
        provider.getService("Cipher", "E2EE-Envelope").supportsParameter(generator.generateKey()));
  }

  private static Class<?> classNamed(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void showsNoSecret() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", provider);
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec());
    cipher.update(Sample.plaintext(99));
    Refused.assertNoSecret(
        cipher + " " + cipher.getParameters() + " " + provider + " " + provider.getInfo());
    assertTrue(cipher.getParameters().toString().contains("alice"));
  }
}
