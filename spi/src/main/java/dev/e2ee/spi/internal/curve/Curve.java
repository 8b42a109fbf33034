package dev.e2ee.spi.internal.curve;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The curves, each with the one form of its keys: raw bytes, and their X.509 and PKCS#8 encodings
 * of <a href="https://www.rfc-editor.org/rfc/rfc5480">RFC 5480</a> and <a
 * href="https://www.rfc-editor.org/rfc/rfc8410">RFC 8410</a>, which are a fixed head and the raw
 * bytes.
 */
@SuppressWarnings("ImmutableEnumChecker") // the arrays are never changed
public enum Curve {
  /** NIST P-256: public keys are uncompressed points of 65 bytes, for ECDH and for ECDSA. */
  P256(
      "EC",
      65,
      "3059301306072a8648ce3d020106082a8648ce3d030107034200",
      "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420"),
  /** X25519, RFC 7748: public keys of 32 bytes. */
  X25519("X25519", 32, "302a300506032b656e032100", "302e020100300506032b656e04220420"),
  /** Ed25519, RFC 8032: public keys of 32 bytes. */
  ED25519("Ed25519", 32, "302a300506032b6570032100", "302e020100300506032b657004220420");

  /** The length of every private key in bytes. */
  public static final int PRIVATE_KEY = 32;

  private final String algorithm;
  private final int publicKey;
  private final byte[] publicHead;
  private final byte[] privateHead;

  Curve(String algorithm, int publicKey, String publicHead, String privateHead) {
    this.algorithm = algorithm;
    this.publicKey = publicKey;
    this.publicHead = HexFormat.of().parseHex(publicHead);
    this.privateHead = HexFormat.of().parseHex(privateHead);
  }

  /** The JCA name of the keys. */
  public String algorithm() {
    return algorithm;
  }

  /** The length of a public key in bytes. */
  public int publicKeyLength() {
    return publicKey;
  }

  /**
   * Checks a public key: its length, that it is the one encoding of its point, that the point is on
   * the curve and not of low order.
   *
   * @throws InvalidKeyException when it is not
   */
  public void check(byte[] key) throws InvalidKeyException {
    if (key.length != publicKey) {
      throw new InvalidKeyException(
          "a public key for " + algorithm + " has " + publicKey + " bytes, not " + key.length);
    }
    switch (this) {
      case P256 -> P256Point.check(key);
      case X25519 -> Curve25519.checkX25519(key);
      case ED25519 -> Curve25519.checkEd25519(key);
    }
  }

  /** The point that a private key is multiplied by to make the public key; not for Ed25519. */
  byte[] basePoint() {
    if (this == P256) {
      return P256Point.generator();
    }
    byte[] nine = new byte[publicKey];
    nine[0] = 9;
    return nine;
  }

  /** Whether these 32 bytes can be a private key: on P-256 1 to the order less 1. */
  boolean isPrivateKey(byte[] key) {
    return this != P256 || EcdsaForm.inRange(new BigInteger(1, key));
  }

  /** The X.509 encoding of a public key. */
  public byte[] toX509(byte[] key) {
    return joined(publicHead, key);
  }

  /**
   * The public key inside an X.509 encoding, checked.
   *
   * @throws InvalidKeyException for anything but the one DER form with the curve's name
   */
  public byte[] fromX509(byte[] encoded) throws InvalidKeyException {
    if (!isX509(encoded)) {
      throw new InvalidKeyException(
          "not a public key for "
              + this
              + " in its one X.509 form (DER, named curve,"
              + " uncompressed point)");
    }
    byte[] key = Arrays.copyOfRange(encoded, publicHead.length, encoded.length);
    check(key);
    return key;
  }

  /** Whether it has the form of one, whatever the key inside. */
  boolean isX509(byte[] encoded) {
    int head = publicHead.length;
    return encoded.length == head + publicKey
        && Arrays.equals(publicHead, 0, head, encoded, 0, head);
  }

  /**
   * The private key inside a PKCS#8 encoding, which the caller wipes.
   *
   * @throws InvalidKeyException for another curve's, for what is not DER, or a number out of range
   */
  public byte[] fromPkcs8(byte[] encoded) throws InvalidKeyException {
    byte[] key = Pkcs8.rawKey(this, encoded);
    if (!isPrivateKey(key)) {
      Arrays.fill(key, (byte) 0);
      throw new InvalidKeyException("the private key is not below the order of " + this);
    }
    return key;
  }

  /** Without its tag and length: object identifiers. It is the second value of an X.509 key. */
  byte[] algorithmIdentifier() {
    return Arrays.copyOfRange(publicHead, 4, 4 + publicHead[3]);
  }

  /** The PKCS#8 encoding of a private key, which the caller wipes. */
  byte[] toPkcs8(byte[] key) {
    return joined(privateHead, key);
  }

  private static byte[] joined(byte[] head, byte[] key) {
    byte[] out = Arrays.copyOf(head, head.length + key.length);
    System.arraycopy(key, 0, out, head.length, key.length);
    return out;
  }
}
