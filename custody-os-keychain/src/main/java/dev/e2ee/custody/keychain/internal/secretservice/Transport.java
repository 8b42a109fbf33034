package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a secret crosses the bus: {@code dh-ietf1024-sha256-aes128-cbc-pkcs7} of the Secret Service
 * specification. It keeps the secret out of what a monitor of the bus writes down, and out of the
 * messages that stay in memory. It authenticates nobody, and its group is small: whoever can change
 * what goes over the user's bus can ask the service for the secret as well.
 */
final class Transport implements AutoCloseable {
  /** Its name in the specification. */
  static final String ALGORITHM = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

  /** RFC 2409, section 6.2: the second Oakley group; its generator is 2. */
  private static final BigInteger PRIME =
      new BigInteger(
          "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879"
              + "8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A6"
              + "37ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFF"
              + "FFFF",
          16);

  private static final int BYTES = 128;
  private static final int KEY = 16;
  private static final int IV = 16;

  private final Engine engine;
  private final SecretBytes key;

  private Transport(Engine engine, SecretBytes key) {
    this.engine = engine;
    this.key = key;
  }

  /** One side of an agreement, to be used once. */
  static final class Offer {
    private final Engine engine;
    private final BigInteger secret;

    Offer(Engine engine) {
      this.engine = engine;
      this.secret = new BigInteger(1, engine.random(BYTES));
    }

    /** What the service is told, 128 bytes. */
    byte[] publicValue() {
      return unsigned(BigInteger.TWO.modPow(secret, PRIME));
    }

    /**
     * The agreed key.
     *
     * @param theirs what the service answered
     * @throws GeneralSecurityException for a value that would make the key known
     */
    Transport agree(byte[] theirs) throws GeneralSecurityException {
      BigInteger value = new BigInteger(1, theirs);
      if (value.compareTo(BigInteger.ONE) <= 0
          || value.compareTo(PRIME.subtract(BigInteger.ONE)) >= 0) {
        throw new GeneralSecurityException("the service's public value is out of bounds");
      }
      try (SecretBytes shared = SecretBytes.adopt(unsigned(value.modPow(secret, PRIME)));
          SecretBytes derived = Hkdf.derive(engine, shared, new byte[32], new byte[0])) {
        byte[] bytes = derived.copy();
        try {
          return new Transport(engine, SecretBytes.adopt(Arrays.copyOf(bytes, KEY)));
        } finally {
          Arrays.fill(bytes, (byte) 0);
        }
      }
    }

    private static byte[] unsigned(BigInteger value) {
      byte[] bytes = value.toByteArray(); // with a sign byte, or without leading zeros
      byte[] padded = new byte[BYTES];
      int length = Math.min(bytes.length, BYTES);
      System.arraycopy(bytes, bytes.length - length, padded, BYTES - length, length);
      Arrays.fill(bytes, (byte) 0);
      return padded;
    }
  }

  /** A new initialisation vector. */
  byte[] newIv() {
    return engine.random(IV);
  }

  /** The secret as it crosses the bus. */
  byte[] encrypt(byte[] iv, SecretBytes secret) throws GeneralSecurityException {
    byte[] plain = secret.copy();
    try {
      return cipher(Cipher.ENCRYPT_MODE, iv).doFinal(plain);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** The secret that crossed the bus. */
  SecretBytes decrypt(byte[] iv, byte[] encrypted) throws GeneralSecurityException {
    return SecretBytes.adopt(cipher(Cipher.DECRYPT_MODE, iv).doFinal(encrypted));
  }

  private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
    byte[] bytes = key.copy();
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(mode, new SecretKeySpec(bytes, "AES"), new IvParameterSpec(iv));
      return cipher;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public void close() {
    key.close();
  }
}
