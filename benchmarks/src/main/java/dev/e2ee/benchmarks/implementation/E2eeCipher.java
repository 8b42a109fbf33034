package dev.e2ee.benchmarks.implementation;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.provider.E2eeProvider;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/** Ours through JCA: one cipher object a thread, {@code init} with the context for each record. */
public final class E2eeCipher implements BufferCipher {
  private final Cipher cipher;
  private final SecretKey key;
  private final EnvelopeParameterSpec spec =
      new EnvelopeParameterSpec(
          RecordContext.of(Sample.USER_ID, Sample.ENTITY_TYPE, Sample.ENTITY_ID));

  /** With a cipher of its own, for one thread. */
  public E2eeCipher(E2eeProvider provider) throws GeneralSecurityException {
    this(provider, Sample.key());
  }

  /** The same under this key. */
  E2eeCipher(E2eeProvider provider, SecretKey key) throws GeneralSecurityException {
    this.key = key;
    this.cipher = Cipher.getInstance("E2EE-Envelope", provider);
  }

  @Override
  public byte[] seal(byte[] plaintext) throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key, spec);
    return cipher.doFinal(plaintext);
  }

  @Override
  public int seal(byte[] plaintext, byte[] out) throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key, spec);
    return cipher.doFinal(plaintext, 0, plaintext.length, out, 0);
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    cipher.init(Cipher.DECRYPT_MODE, key, spec);
    return cipher.doFinal(sealed);
  }

  @Override
  public int open(byte[] sealed, byte[] out) throws GeneralSecurityException {
    cipher.init(Cipher.DECRYPT_MODE, key, spec);
    return cipher.doFinal(sealed, 0, sealed.length, out, 0);
  }
}
