package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code AeadTest} through {@code Cipher} {@code AES/GCM/NoPadding}: decrypts; what is valid is
 * encrypted again. A subject may refuse to encrypt twice under one key and nonce, which some tests
 * share.
 */
public final class AeadCheck implements Check {
  private static final String NAME = "AES/GCM/NoPadding";

  /** Key and nonce to the test that encrypted with them first. */
  private final Map<String, Integer> encrypted = new HashMap<>();

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    byte[] tag = vector.hex("tag");
    byte[] ciphertext = vector.hex("ct");
    byte[] sealed = Arrays.copyOf(ciphertext, ciphertext.length + tag.length);
    System.arraycopy(tag, 0, sealed, ciphertext.length, tag.length);
    Cipher opening = begun(subject, vector, Cipher.DECRYPT_MODE);
    Compare.same("message", vector.hex("msg"), opening.doFinal(sealed));
    return vector.isValid() ? seal(subject, vector, sealed) : null;
  }

  private @Nullable String seal(Subject subject, TestVector vector, byte[] sealed)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    String pair = vector.text("key") + " " + vector.text("iv");
    Integer first = encrypted.get(pair);
    try {
      Cipher sealing = begun(subject, vector, Cipher.ENCRYPT_MODE);
      Compare.same("ciphertext and tag", sealed, sealing.doFinal(vector.hex("msg")));
      encrypted.putIfAbsent(pair, vector.id());
      return null;
    } catch (GeneralSecurityException | IllegalStateException e) {
      if (e.getCause() instanceof NotApprovedException) {
        sealUnderItsOwnNonce(subject, vector);
        return "encrypted under a nonce of its own: a caller's is not approved";
      }
      if (first == null) {
        throw e;
      }
      return "refused to encrypt again under the key and nonce of test " + first;
    }
  }

  /** Where the subject makes the nonce: what it encrypts is what the JDK encrypts under that. */
  private static void sealUnderItsOwnNonce(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    Key key = new SecretKeySpec(vector.hex("key"), "AES");
    Cipher sealing = subject.cipher(NAME);
    sealing.init(Cipher.ENCRYPT_MODE, key);
    sealing.updateAAD(vector.hex("aad"));
    byte[] nonce = sealing.getIV();
    byte[] sealed = sealing.doFinal(vector.hex("msg"));
    Cipher reference = Cipher.getInstance(NAME, "SunJCE");
    reference.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
    reference.updateAAD(vector.hex("aad"));
    Compare.same("ciphertext and tag", reference.doFinal(vector.hex("msg")), sealed);
  }

  private static Cipher begun(Subject subject, TestVector vector, int mode)
      throws GeneralSecurityException, NotOfferedException {
    byte[] key = vector.hex("key");
    int tag = Byte.SIZE * vector.hex("tag").length;
    try {
      Cipher cipher = begun(subject, mode, key, new GCMParameterSpec(tag, vector.hex("iv")));
      cipher.updateAAD(vector.hex("aad"));
      return cipher;
    } catch (InvalidKeyException | InvalidAlgorithmParameterException e) {
      int nonce = vector.hex("iv").length;
      if (nonce > 0) { // a nonce of no bytes is what a test is about, and to be refused
        requireOffered(subject, key.length, nonce, tag);
      }
      throw e;
    }
  }

  private static Cipher begun(Subject subject, int mode, byte[] key, GCMParameterSpec spec)
      throws GeneralSecurityException, NotOfferedException {
    Cipher cipher = subject.cipher(NAME);
    Key aes = new SecretKeySpec(key, "AES");
    cipher.init(mode, aes, spec);
    return cipher;
  }

  /** Whether the subject refuses these lengths whatever the bytes, when it decrypts. */
  private static void requireOffered(Subject subject, int key, int nonce, int tag)
      throws GeneralSecurityException, NotOfferedException {
    byte[] other = new byte[key];
    Arrays.fill(other, (byte) 0x5a);
    try {
      begun(subject, Cipher.DECRYPT_MODE, other, new GCMParameterSpec(tag, new byte[nonce]));
    } catch (InvalidKeyException | InvalidAlgorithmParameterException e) {
      throw new NotOfferedException(
          "lengths that it does not take: keys of %d bytes, nonces of %d, tags of %d"
              .formatted(key, nonce, tag / Byte.SIZE));
    }
  }
}
