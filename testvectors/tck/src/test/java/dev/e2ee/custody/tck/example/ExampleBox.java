package dev.e2ee.custody.tck.example;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-GCM: a nonce of 12 bytes, then the ciphertext and its tag. */
final class ExampleBox {
  static final int OVERHEAD = 28;
  private static final int NONCE = 12;

  private ExampleBox() {}

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  static byte[] seal(byte[] key, byte[] plain, byte[] aad) {
    byte[] nonce = random(NONCE);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, aad).doFinal(plain);
      byte[] box = Arrays.copyOf(nonce, NONCE + sealed.length);
      System.arraycopy(sealed, 0, box, NONCE, sealed.length);
      return box;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] open(byte[] key, byte[] box, byte[] aad) throws AEADBadTagException {
    if (box.length < OVERHEAD) {
      throw new AEADBadTagException("too short");
    }
    try {
      byte[] nonce = Arrays.copyOf(box, NONCE);
      return cipher(Cipher.DECRYPT_MODE, key, nonce, aad).doFinal(box, NONCE, box.length - NONCE);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] aad)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(aad);
    return cipher;
  }
}
