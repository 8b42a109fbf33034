package dev.e2ee.benchmarks.implementation;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;

/**
 * Google Tink's {@code KmsEnvelopeAead}; the KEK is a local AES-256-GCM key, the DEK AES256_GCM.
 */
final class TinkEnvelope implements RecordCipher {
  private final Aead aead;
  private final byte[] aad = Sample.aad();

  TinkEnvelope() throws GeneralSecurityException {
    AeadConfig.register();
    KeysetHandle kek =
        KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, RegistryConfiguration.get());
    this.aead =
        KmsEnvelopeAead.create(
            PredefinedAeadParameters.AES256_GCM,
            kek.getPrimitive(RegistryConfiguration.get(), Aead.class));
  }

  @Override
  public byte[] seal(byte[] plaintext) throws GeneralSecurityException {
    return aead.encrypt(plaintext, aad);
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    return aead.decrypt(sealed, aad);
  }
}
