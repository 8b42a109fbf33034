package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our provider at position 1, before the JDK's own: everything else works as it did. */
class NonInterferenceTest {
  private final E2eeProvider provider = new E2eeProvider();

  @BeforeEach
  void first() {
    assertEquals(1, Security.insertProviderAt(provider, 1));
  }

  @AfterEach
  void remove() {
    Security.removeProvider(E2eeProvider.NAME);
  }

  @Test
  void theJdksAesGcmIsTheJdks() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKey key = new SecretKeySpec(Sample.umkBytes(), "AES");
    GCMParameterSpec spec = new GCMParameterSpec(128, new byte[12]);
    cipher.init(Cipher.ENCRYPT_MODE, key, spec);
    byte[] box = cipher.doFinal(Sample.plaintext(40));
    assertNotEquals(E2eeProvider.NAME, cipher.getProvider().getName());
    cipher.init(Cipher.DECRYPT_MODE, key, spec);
    assertArrayEquals(Sample.plaintext(40), cipher.doFinal(box));
    assertEquals("SunJCE", AlgorithmParameters.getInstance("GCM").getProvider().getName());
  }

  @Test
  void primitives() throws GeneralSecurityException {
    assertEquals(32, MessageDigest.getInstance("SHA-256").digest().length);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
    assertEquals(32, mac.doFinal().length);
    assertEquals("AES", KeyGenerator.getInstance("AES").generateKey().getAlgorithm());
    assertNotEquals(E2eeProvider.NAME, new SecureRandom().getProvider().getName());
    KeyPair pair = KeyPairGenerator.getInstance("EC").generateKeyPair();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    assertNotNull(signature.sign());
    assertNotNull(SSLContext.getInstance("TLS"));
    assertNotNull(SSLContext.getDefault());
  }

  @Test
  void aKeyStore() throws GeneralSecurityException, IOException {
    char[] password = "a password".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    SecretKey key = new SecretKeySpec(Sample.umkBytes(), "AES");
    KeyStore.ProtectionParameter protection = new KeyStore.PasswordProtection(password);
    store.setEntry("umk", new KeyStore.SecretKeyEntry(key), protection);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, password);
    KeyStore again = KeyStore.getInstance("PKCS12");
    again.load(new ByteArrayInputStream(bytes.toByteArray()), password);
    assertArrayEquals(Sample.umkBytes(), again.getKey("umk", password).getEncoded());
  }

  @Test
  void ourOwnServicesDoNotTurnToThemselves() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope");
    assertEquals(provider, cipher.getProvider());
    SecretKey umk = KeyGenerator.getInstance("E2EE-UMK").generateKey();
    cipher.init(Cipher.ENCRYPT_MODE, umk, Sample.spec());
    byte[] envelope = cipher.doFinal(Sample.plaintext(7));
    cipher.init(Cipher.DECRYPT_MODE, umk, cipher.getParameters());
    assertArrayEquals(Sample.plaintext(7), Arrays.copyOf(cipher.doFinal(envelope), 7));
    assertEquals("SunJCE", provider.engine().getName());
    assertEquals("SunJCE", new E2eeProvider().engine().getName());
  }
}
