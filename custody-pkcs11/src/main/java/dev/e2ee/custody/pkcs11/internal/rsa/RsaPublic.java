package dev.e2ee.custody.pkcs11.internal.rsa;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * The public half of an RSA pair of a token, with the exponent 65,537: RSA-OAEP and PKCS#1 v1.5
 * signatures (RFC 8017, sections 7.1 and 8.2), both with SHA-256, by the engine.
 */
public final class RsaPublic {
  private static final BigInteger EXPONENT = BigInteger.valueOf(65537);

  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final BigInteger modulus;

  private RsaPublic(BigInteger modulus) {
    this.modulus = modulus;
  }

  /**
   * A key as a token shows it.
   *
   * @param bits that the modulus must have
   * @throws InvalidKeyException when it is no such key
   */
  public static RsaPublic of(int bits, byte[] modulus, byte[] exponent) throws InvalidKeyException {
    BigInteger n = new BigInteger(1, modulus);
    if (n.bitLength() != bits || !n.testBit(0) || !new BigInteger(1, exponent).equals(EXPONENT)) {
      throw new InvalidKeyException("no RSA key of " + bits + " bits with the exponent 65537");
    }
    return new RsaPublic(n);
  }

  private int length() {
    return modulus.bitLength() / 8;
  }

  /** The modulus, as many bytes as it has bits by 8, most significant first. */
  public byte[] modulus() {
    byte[] signed = modulus.toByteArray(); // with one 0 before it: its first bit is set
    return Arrays.copyOfRange(signed, signed.length - length(), signed.length);
  }

  private PublicKey keyOf(Provider provider) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA", provider)
        .generatePublic(new RSAPublicKeySpec(modulus, EXPONENT));
  }

  /** RSAES-OAEP of a key of 32 bytes with an empty label; as long as the modulus. */
  public byte[] wrap(Engine engine, SecretBytes kek) {
    Provider provider = engine.providerOf("Cipher", "RSA");
    Provider keys = engine.providerOf("KeyFactory", "RSA");
    byte[] raw = kek.copy();
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", provider);
      cipher.init(Cipher.WRAP_MODE, keyOf(keys), OAEP, engine.randomFor(provider));
      return cipher.wrap(new SecretKeySpec(raw, "AES"));
    } catch (GeneralSecurityException | AssertionError e) {
      // AssertionError: what Bouncy Castle FIPS throws for what is not approved
      throw new ProviderException(provider + " cannot compute RSA-OAEP", e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  /** Whether a signature, as long as the modulus, is that of the private half on this message. */
  public boolean verify(Engine engine, byte[] message, byte[] signature) {
    if (signature.length != length()) {
      return false;
    }
    Provider provider = engine.providerOf("Signature", "SHA256withRSA", "RSA");
    try {
      Signature verifier = Signature.getInstance("SHA256withRSA", provider);
      verifier.initVerify(keyOf(provider));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false; // the JDK's answer to what is not even of the form
    } catch (GeneralSecurityException | AssertionError e) {
      throw new ProviderException(provider + " cannot verify RSA signatures", e);
    }
  }
}
