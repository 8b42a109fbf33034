package dev.e2ee.benchmarks.token;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's SunPKCS11: a {@link Cipher} and a {@link Mac} for each thread, with the custody's key.
 */
final class SunProgram implements TokenProgram {
  private static final int NONCE = 12;
  private static final int TAG = 16;

  private final SecureRandom random = new SecureRandom();
  private final Key key;
  private final byte[] dek;
  private final byte[] aad;
  private final @Nullable Cipher cipher;
  private final @Nullable Mac mac;

  private SunProgram(Provider provider, Key key, TokenWork work) throws GeneralSecurityException {
    this.key = key;
    this.dek = work.dek();
    this.aad = work.aad();
    boolean aes = key.getAlgorithm().equals("AES");
    this.cipher = aes ? Cipher.getInstance("AES/GCM/NoPadding", provider) : null;
    this.mac = aes ? null : Mac.getInstance("HmacSHA256", provider);
    if (mac != null) {
      mac.init(key);
    }
  }

  /** With the key that the work names. */
  static TokenProgram.Factory factory(TokenWork work) throws GeneralSecurityException, IOException {
    Path file = Files.createTempFile("sunpkcs11-", ".cfg");
    Files.write(
        file,
        List.of(
            "name = bench", "library = " + work.token().module(), "slot = " + work.token().slot()),
        StandardCharsets.UTF_8);
    Provider provider = Security.getProvider("SunPKCS11").configure(file.toString());
    Files.delete(file);
    KeyStore keys = KeyStore.getInstance("PKCS11", provider);
    keys.load(null, Objects.requireNonNull(System.getenv("PIN"), "$PIN").toCharArray());
    Key key = key(keys, work);
    return () -> new SunProgram(provider, key, work);
  }

  /** An alias is the CKA_LABEL: the one whose key opens the wrap, or has the right kind. */
  private static Key key(KeyStore keys, TokenWork work) throws GeneralSecurityException {
    String use =
        work.operation() == Operation.MAC || work.operation() == Operation.PROVE_MAC
            ? "hmac"
            : "gcm";
    for (String alias : Collections.list(keys.aliases())) {
      if (alias.startsWith("e2ee:1:" + use + ":")) {
        return keys.getKey(alias, null);
      }
    }
    throw new KeyStoreException(
        "SunPKCS11 does not see the key: " + Collections.list(keys.aliases()));
  }

  @Override
  public byte[] wrap() throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    Cipher gcm = cipher(Cipher.ENCRYPT_MODE, nonce);
    byte[] wrap = Arrays.copyOf(nonce, NONCE + dek.length + TAG);
    gcm.doFinal(dek, 0, dek.length, wrap, NONCE);
    return wrap;
  }

  @Override
  public byte[] unwrap(byte[] wrap) throws GeneralSecurityException {
    Cipher gcm = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(wrap, NONCE));
    return gcm.doFinal(wrap, NONCE, wrap.length - NONCE);
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher gcm = Objects.requireNonNull(cipher, "an AES key");
    gcm.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
    gcm.updateAAD(aad);
    return gcm;
  }

  @Override
  public byte[] mac(byte[] message) {
    return Objects.requireNonNull(mac, "an HMAC key").doFinal(message);
  }
}
