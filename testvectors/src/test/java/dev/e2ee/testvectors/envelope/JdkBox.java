package dev.e2ee.testvectors.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The primitives and wraps of the specification by the JDK alone, without any code of ours. */
final class JdkBox {
  private static final int NONCE = 12;
  private static final int HEAD = 91;

  private JdkBox() {}

  private static Cipher gcm(int mode, byte[] key, byte[] nonce, byte[] aad)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(aad);
    return cipher;
  }

  static byte[] seal(byte[] key, byte[] plaintext, byte[] aad) {
    byte[] nonce = random(NONCE);
    try {
      return joined(nonce, gcm(Cipher.ENCRYPT_MODE, key, nonce, aad).doFinal(plaintext));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] open(byte[] key, byte[] box, byte[] aad) throws AEADBadTagException {
    byte[] nonce = Arrays.copyOf(box, NONCE);
    try {
      return gcm(Cipher.DECRYPT_MODE, key, nonce, aad).doFinal(box, NONCE, box.length - NONCE);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** One block of HKDF-Expand. */
  static byte[] expand(byte[] key, byte[] info, int length) {
    return Arrays.copyOf(hmac(key, joined(info, new byte[] {1})), length);
  }

  /** The key of one wrap with wrapAlg 2. */
  static byte[] kek(byte[] umk, byte[] salt, byte[] keyId, int generation, byte[] aad) {
    byte[] label = "e2ee-token-kek-v1\0".getBytes(US_ASCII);
    return hmac(
        umk, joined(int32(1), label, salt, keyId, int32(generation), sha256(aad), int32(256)));
  }

  /** The wrap of a DEK with wrapAlg 3. */
  static byte[] kwWrap(
      byte[] umk, byte[] mac, byte[] keyId, int generation, byte[] dek, byte[] aad) {
    try {
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(umk, "AES"));
      byte[] wrapped = cipher.wrap(new SecretKeySpec(dek, "AES"));
      return joined(wrapped, kwTag(mac, keyId, generation, aad, wrapped));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The DEK in it. */
  static byte[] kwUnwrap(
      byte[] umk, byte[] mac, byte[] keyId, int generation, byte[] wrap, byte[] aad)
      throws AEADBadTagException {
    byte[] wrapped = Arrays.copyOf(wrap, 40);
    byte[] tag = Arrays.copyOfRange(wrap, 40, wrap.length);
    if (!MessageDigest.isEqual(kwTag(mac, keyId, generation, aad, wrapped), tag)) {
      throw new AEADBadTagException("the tag does not fit");
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
      cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(umk, "AES"));
      return cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] kwTag(
      byte[] mac, byte[] keyId, int generation, byte[] aad, byte[] wrapped) {
    byte[] title = "e2ee-token-kw-v1\0".getBytes(US_ASCII);
    return hmac(mac, joined(title, keyId, int32(generation), sha256(aad), wrapped));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] int32(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  static byte[] joined(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /**
   * An envelope of generation 1 around a given wrap and body, bound to raw associated data, which
   * may be empty, and committed to a given DEK.
   */
  static byte[] envelope(byte[] keyId, byte[] wrap, byte[] committedDek, byte[] body, byte[] aad) {
    byte[] head =
        ByteBuffer.allocate(HEAD)
            .putInt(0x45324545)
            .putInt(aad.length == 0 ? 0x01010001 : 0x01010000)
            .putInt(1)
            .put(keyId)
            .put((byte) 1)
            .putShort((short) wrap.length)
            .put(wrap)
            .array();
    byte[] ctx =
        aad.length == 0
            ? new byte[] {1, 0, 0}
            : joined(new byte[] {1, 0, 1, 0, 6}, lengthPrefixed(aad));
    byte[] label = "e2ee-commit-v1\0".getBytes(US_ASCII);
    byte[] info = joined(label, lengthPrefixed(head), lengthPrefixed(ctx));
    return joined(head, expand(committedDek, info, 32), body);
  }

  private static byte[] lengthPrefixed(byte[] bytes) {
    return joined(int32(bytes.length), bytes);
  }
}
