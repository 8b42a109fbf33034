package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * A UMK of two RSA pairs, whose token is played by the JDK: wrapAlg 4 of {@code
 * testvectors/spec/token.md}, section 4.
 */
final class VectorRsa implements VectorUmk {
  private static final int WRAP_ALG = 4;
  private static final int KEK = 32;
  private static final int BOX = Box.OVERHEAD + 32;
  private static final byte[] TITLE = "e2ee-token-wrap-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final Engine engine;
  private final RSAPrivateCrtKey decrypts;
  private final RSAPrivateCrtKey signs;
  private final KeyId id;
  private final int generation;

  /** Of two private keys, PKCS#8. */
  VectorRsa(Engine engine, byte[] decrypts, byte[] signs, KeyId id, int generation) {
    this.engine = engine;
    this.decrypts = privateKey(decrypts);
    this.signs = privateKey(signs);
    this.id = id;
    this.generation = generation;
  }

  private static RSAPrivateCrtKey privateKey(byte[] pkcs8) {
    try {
      return (RSAPrivateCrtKey)
          KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PublicKey publicKey(RSAPrivateCrtKey key) throws GeneralSecurityException {
    BigInteger exponent = key.getPublicExponent();
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(key.getModulus(), exponent));
  }

  @Override
  public int wrapAlg() {
    return WRAP_ALG;
  }

  @Override
  public int wrappedLength() {
    return modulus() + BOX + modulus();
  }

  private int modulus() {
    return decrypts.getModulus().bitLength() / 8;
  }

  @Override
  public byte[] wrap(SecretBytes dek, byte[] aad) {
    try (SecretBytes kek = SecretBytes.adopt(engine.random(KEK))) {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.ENCRYPT_MODE, publicKey(decrypts), OAEP);
      byte[] block = cipher.doFinal(kek.copy());
      byte[] head = joined(block, Box.seal(engine, kek, dek.copy(), aad));
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(signs);
      signature.update(signed(aad, head));
      return joined(head, signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is signed, before the block and the box. */
  private byte[] signed(byte[] aad, byte[] head) {
    byte[] number = ByteBuffer.allocate(4).putInt(generation).array();
    return joined(TITLE, id.toBytes(), number, engine.sha256(aad), head);
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
    byte[] head = Arrays.copyOf(wrapped, modulus() + BOX);
    // [token-22]
    if (!verifies(signed(aad, head), Arrays.copyOfRange(wrapped, head.length, wrapped.length))) {
      throw new AEADBadTagException("not signed by this key");
    }
    byte[] box = Arrays.copyOfRange(head, modulus(), head.length);
    try (SecretBytes kek = SecretBytes.adopt(decrypted(Arrays.copyOf(head, modulus())))) {
      return SecretBytes.adopt(Box.open(engine, kek, box, aad));
    }
  }

  private boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(publicKey(signs));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] decrypted(byte[] block) throws AEADBadTagException {
    byte[] kek;
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.DECRYPT_MODE, decrypts, OAEP);
      kek = cipher.doFinal(block);
    } catch (GeneralSecurityException e) {
      throw new AEADBadTagException("the padding is wrong");
    }
    if (kek.length != KEK) {
      throw new AEADBadTagException("the block holds no key of 32 bytes");
    }
    return kek;
  }

  private static byte[] joined(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
