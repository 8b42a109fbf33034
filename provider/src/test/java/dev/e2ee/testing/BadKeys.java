package dev.e2ee.testing;

import dev.e2ee.key.DataKey;
import dev.e2ee.key.UserMasterKey;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys that nothing takes as a UMK, each with what is wrong with it. */
public final class BadKeys {
  private static final KeyPair RSA = pair("RSA");
  private static final KeyPair EC = pair("EC");

  private BadKeys() {}

  private static KeyPair pair(String algorithm) {
    try {
      return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A key as some foreign provider may hand it over. */
  private static class ForeignKey implements SecretKey {
    private static final long serialVersionUID = 1L;
    private final String algorithm;
    private final String format;
    private final byte[] encoded;

    ForeignKey(String algorithm, String format, byte[] encoded) {
      this.algorithm = algorithm;
      this.format = format;
      this.encoded = encoded;
    }

    @Override
    public String getAlgorithm() {
      return algorithm;
    }

    @Override
    public String getFormat() {
      return format;
    }

    @Override
    public byte[] getEncoded() {
      return encoded;
    }
  }

  /** Everything that is wrong for a UMK and for a DEK alike, by its fault. */
  public static Map<String, Key> all() {
    byte[] bytes = Sample.umkBytes();
    DataKey closedAes = DataKey.ofAes(bytes);
    closedAes.close();
    Map<String, Key> keys = new LinkedHashMap<>();
    keys.put("null", null);
    keys.put("RSA public key", RSA.getPublic());
    keys.put("RSA private key", RSA.getPrivate());
    keys.put("EC private key", EC.getPrivate());
    keys.put("HmacSHA256 key", new SecretKeySpec(bytes, "HmacSHA256"));
    keys.put("ChaCha20 key", new SecretKeySpec(bytes, "ChaCha20"));
    keys.put("AES-128", new SecretKeySpec(bytes, 0, 16, "AES"));
    keys.put("AES-192", new SecretKeySpec(bytes, 0, 24, "AES"));
    keys.put("31 bytes", new SecretKeySpec(bytes, 0, 31, "AES"));
    keys.put("33 bytes", new SecretKeySpec(new byte[33], "AES"));
    keys.put("destroyed AES key", closedAes);
    keys.put("null encoding", new ForeignKey("AES", "RAW", null));
    keys.put("null format", new ForeignKey("AES", null, bytes));
    keys.put("another format", new ForeignKey("AES", "X.509", bytes));
    keys.put("null algorithm", new ForeignKey(null, "RAW", bytes));
    keys.put("an opaque key", new ForeignKey("AES", null, null));
    return keys;
  }

  /** What is wrong for a UMK. */
  public static Map<String, Key> umks() {
    UserMasterKey closed = Sample.umk();
    closed.close();
    Map<String, Key> keys = all();
    keys.put("a DEK", DataKey.of(Sample.umkBytes()));
    keys.put("destroyed UMK", closed);
    keys.put("a key in custody that is no UMK", MemoryCustodyKey.signing());
    keys.put("custody of an unknown wrap", MemoryCustodyKey.umk().wrappingWith(5));
    keys.put("custody of wraps of another length", MemoryCustodyKey.umk().wrappingWith(4));
    return keys;
  }

  /** What is wrong for a DEK. */
  public static Map<String, Key> deks() {
    DataKey closed = DataKey.of(Sample.umkBytes());
    closed.close();
    Map<String, Key> keys = all();
    keys.put("a UMK", Sample.umk());
    keys.put("destroyed DEK", closed);
    keys.put("a key in custody", MemoryCustodyKey.umk());
    return keys;
  }
}
