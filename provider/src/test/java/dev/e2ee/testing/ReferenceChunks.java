package dev.e2ee.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The body of suite 2 written down a second time, chunk by chunk, over the JDK's primitives. */
public final class ReferenceChunks {
  /** Plaintext bytes of a full chunk. */
  public static final int CHUNK = 16_384;

  /** The same, sealed. */
  public static final int SEALED = 16_400;

  /** Salt and commitment. */
  public static final int HEAD = 56;

  private final byte[] salt;
  private final byte[] key;
  private final byte[] baseNonce;
  private final byte[] commitment;

  private ReferenceChunks(byte[] inputKey, byte[] salt, byte[] context) {
    byte[] info =
        ReferenceEnvelope.concat(
            "c2sp.org/chunked-encryption@v1+".getBytes(US_ASCII),
            "AEAD_AES_256_GCM".getBytes(US_ASCII),
            new byte[1],
            salt,
            context);
    byte[] first = hmac(inputKey, info, new byte[] {1});
    byte[] second = hmac(inputKey, first, info, new byte[] {2});
    byte[] all = ReferenceEnvelope.concat(first, second);
    this.salt = salt;
    this.key = Arrays.copyOf(all, 32);
    this.baseNonce = Arrays.copyOfRange(all, 32, 44);
    this.commitment = Arrays.copyOfRange(all, 44, 76);
  }

  /** What follows from these three. */
  public static ReferenceChunks of(byte[] inputKey, byte[] salt, byte[] context) {
    return new ReferenceChunks(inputKey, salt, context);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA512", "SunJCE");
      mac.init(new SecretKeySpec(key, "HmacSHA512"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The key that every chunk has. */
  public byte[] key() {
    return key.clone();
  }

  /** Salt and commitment. */
  public byte[] head() {
    return ReferenceEnvelope.concat(salt, commitment);
  }

  /** One chunk, sealed as the one with this number. */
  public byte[] chunk(long number, byte[] part) {
    return gcm(Cipher.ENCRYPT_MODE, number, part);
  }

  private byte[] gcm(int mode, long number, byte[] in) {
    ByteBuffer nonce = ByteBuffer.wrap(baseNonce.clone());
    nonce.putLong(4, nonce.getLong(4) ^ number);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce.array()));
      return cipher.doFinal(in);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the reference cannot open chunk " + number, e);
    }
  }

  /** The whole body. */
  public byte[] seal(byte[] plaintext) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head());
    int number = 0;
    int from = 0;
    for (; plaintext.length - from >= CHUNK; from += CHUNK) {
      out.writeBytes(chunk(number++, Arrays.copyOfRange(plaintext, from, from + CHUNK)));
    }
    out.writeBytes(chunk(number, Arrays.copyOfRange(plaintext, from, plaintext.length)));
    return out.toByteArray();
  }

  /** Opens what follows the salt, by the book. */
  public byte[] open(byte[] body) {
    if (!MessageDigest.isEqual(commitment, Arrays.copyOfRange(body, 24, HEAD))) {
      throw new AssertionError("another commitment than the specification's");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int number = 0;
    int from = HEAD;
    for (; body.length - from >= SEALED; from += SEALED) {
      byte[] sealed = Arrays.copyOfRange(body, from, from + SEALED);
      out.writeBytes(gcm(Cipher.DECRYPT_MODE, number++, sealed));
    }
    out.writeBytes(gcm(Cipher.DECRYPT_MODE, number, Arrays.copyOfRange(body, from, body.length)));
    return out.toByteArray();
  }
}
