package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
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
  void whatOursTakesIsOurs() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKey key = KeyGenerator.getInstance("AES").generateKey();
    GCMParameterSpec spec = new GCMParameterSpec(128, new byte[12]);
    cipher.init(Cipher.ENCRYPT_MODE, key, spec);
    byte[] box = cipher.doFinal(Sample.plaintext(40));
    assertEquals(E2eeProvider.NAME, cipher.getProvider().getName());
    cipher.init(Cipher.DECRYPT_MODE, key, spec);
    assertArrayEquals(Sample.plaintext(40), cipher.doFinal(box));
    assertEquals("SunJCE", AlgorithmParameters.getInstance("GCM").getProvider().getName());
  }

  /** A nonce that was used is not handed on to a provider that would take it. */
  @Test
  void aRepeatedNonceDoesNotFallThrough() throws GeneralSecurityException {
    SecretKey key = KeyGenerator.getInstance("AES").generateKey();
    GCMParameterSpec spec = new GCMParameterSpec(128, new byte[12]);
    Cipher first = Cipher.getInstance("AES/GCM/NoPadding");
    first.init(Cipher.ENCRYPT_MODE, key, spec);
    first.doFinal(new byte[3]);
    Cipher second = Cipher.getInstance("AES/GCM/NoPadding");
    second.init(Cipher.ENCRYPT_MODE, key, spec);
    assertEquals(E2eeProvider.NAME, second.getProvider().getName());
    Refused.with(IllegalStateException.class, () -> second.doFinal(new byte[3]));
  }

  /** What ours does not take goes to the next provider, as JCA does it. */
  @Test
  void theRestIsTheJdks() throws GeneralSecurityException {
    SecretKey key = KeyGenerator.getInstance("AES").generateKey();
    Cipher shortTag = Cipher.getInstance("AES/GCM/NoPadding");
    shortTag.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(96, new byte[12]));
    assertEquals("SunJCE", shortTag.getProvider().getName());
    Cipher wrapping = Cipher.getInstance("AES/GCM/NoPadding");
    wrapping.init(Cipher.WRAP_MODE, key, new GCMParameterSpec(128, new byte[12]));
    assertEquals("SunJCE", wrapping.getProvider().getName());
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    assertEquals("SunEC", generator.getProvider().getName());
    for (String curve : List.of("secp384r1", "secp256r1")) {
      generator.initialize(new ECGenParameterSpec(curve));
      KeyPair pair = generator.generateKeyPair();
      String expected = curve.equals("secp256r1") ? E2eeProvider.NAME : "SunEC";
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      assertEquals(expected, signature.getProvider().getName());
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(pair.getPrivate());
      assertEquals(expected, agreement.getProvider().getName());
      agreement.doPhase(pair.getPublic(), true);
      KeyFactory factory = KeyFactory.getInstance("EC");
      assertArrayEquals(
          pair.getPublic().getEncoded(),
          factory
              .generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded()))
              .getEncoded());
    }
  }

  /** A key of ours that is not valid goes to no other provider: one signature would fit all. */
  @Test
  void anInvalidPublicKeyDoesNotFallThrough() throws GeneralSecurityException {
    byte[] identity = HexFormat.of().parseHex("302a300506032b6570032100" + "01" + "00".repeat(31));
    PublicKey lenient =
        KeyFactory.getInstance("Ed25519", "SunEC").generatePublic(new X509EncodedKeySpec(identity));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(lenient);
    assertEquals(E2eeProvider.NAME, signature.getProvider().getName());
    signature.update(new byte[3]);
    Refused.with(SignatureException.class, () -> signature.verify(new byte[64]));
  }

  /** JCA settles an object on a provider once: for other keys it takes another object. README. */
  @Test
  void anObjectStaysWithItsProvider() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair p256 = generator.generateKeyPair();
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPair p384 = generator.generateKeyPair();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(p256.getPrivate());
    Refused.with(InvalidKeyException.class, () -> signature.initSign(p384.getPrivate()));
    Signature.getInstance("SHA256withECDSA").initSign(p384.getPrivate());
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKey key = KeyGenerator.getInstance("AES").generateKey();
    assertEquals(16, cipher.getBlockSize());
    Refused.with(
        InvalidAlgorithmParameterException.class,
        () -> cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, new byte[16])));
    Cipher.getInstance("AES/GCM/NoPadding")
        .init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, new byte[16]));
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
    assertNotEquals("E2EE", provider.engine().getName());
    assertEquals(provider.engine().getName(), new E2eeProvider().engine().getName());
  }
}
