package dev.e2ee.benchmarks.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.benchmarks.implementation.Implementation;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Takes the keys out of sealed records with the master key, by each format's description and with
 * none of the code that sealed them. The context is that of every benchmark.
 */
final class Unwrapping {
  private static final byte[] DEK_AAD = "pia-dek-wrap-v1:note:42".getBytes(US_ASCII);
  private static final byte[] NO_AAD = new byte[0];
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int KEY = 32;
  private static final int WRAPPED = NONCE + KEY + TAG;

  /** Of an envelope of ours: before the wrap, and before the body with wrap and commitment. */
  private static final int FIXED = 31;

  private static final int HEADER = FIXED + WRAPPED + 32;
  private static final int PREFIX = 8;
  private static final int SALT = 24;

  /** Tink's prefix of a ciphertext: a version and the key's number. */
  private static final int TINK_PREFIX = 5;

  /** Tink's serialised AES-GCM key: field 3, 32 bytes. */
  private static final byte[] TINK_KEY = {0x1a, KEY};

  private final byte[] masterKey;

  /** With the key that wrapped the DEKs. */
  Unwrapping(byte[] masterKey) {
    this.masterKey = masterKey.clone();
  }

  /** The DEK of a sealed record. */
  byte[] dek(Implementation by, byte[] sealed) throws GeneralSecurityException {
    return switch (by) {
      case E2EE, E2EE_CIPHER, E2EE_ACCP, E2EE_CONSCRYPT, E2EE_BC_FIPS ->
          unbox(sealed, FIXED, WRAPPED, DEK_AAD);
      case FLOOR -> unbox(sealed, 0, WRAPPED, DEK_AAD);
      case TINK -> tinkDek(ByteBuffer.wrap(sealed).getInt(), sealed);
      case AWS, JDK_CHUNKS ->
          throw new IllegalArgumentException("it has no DEK that is known here");
    };
  }

  private byte[] tinkDek(int length, byte[] sealed) throws GeneralSecurityException {
    byte[] key = unbox(sealed, Integer.BYTES + TINK_PREFIX, length - TINK_PREFIX, NO_AAD);
    int dek = TINK_KEY.length;
    if (key.length != dek + KEY || !Arrays.equals(TINK_KEY, Arrays.copyOf(key, dek))) {
      throw new GeneralSecurityException("not the serialised key that was expected");
    }
    return Arrays.copyOfRange(key, dek, key.length);
  }

  private byte[] unbox(byte[] in, int offset, int length, byte[] aad)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(masterKey, "AES"),
        new GCMParameterSpec(8 * TAG, in, offset, NONCE));
    cipher.updateAAD(aad);
    return cipher.doFinal(in, offset + NONCE, length - NONCE);
  }

  /** The key of all chunks of a long record of ours. */
  static byte[] chunkKey(byte[] dek, byte[] sealed) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(dek, "HmacSHA512"));
    mac.update("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0".getBytes(US_ASCII));
    mac.update(sealed, HEADER, SALT);
    mac.update(sealed, 0, PREFIX);
    mac.update(new byte[] {1, 0, 3});
    mac.update(field(2, "ann"));
    mac.update(field(3, "note"));
    mac.update(field(4, "42"));
    mac.update((byte) 1);
    return Arrays.copyOf(mac.doFinal(), KEY);
  }

  private static byte[] field(int number, String value) {
    return ByteBuffer.allocate(Short.BYTES + Integer.BYTES + value.length())
        .putShort((short) number)
        .putInt(value.length())
        .put(value.getBytes(US_ASCII))
        .array();
  }
}
