package dev.e2ee.benchmarks.implementation;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * Google Tink's {@code KmsEnvelopeAead}; the KEK is a local AES-256-GCM key, the DEK AES256_GCM.
 */
final class TinkEnvelope implements RecordCipher {
  private static final int KEY_ID = 42;

  private final Aead aead;
  private final byte[] aad = Sample.aad();

  TinkEnvelope(SecretKey key) throws GeneralSecurityException {
    AeadConfig.register();
    KeysetHandle kek =
        KeysetHandle.newBuilder()
            .addEntry(KeysetHandle.importKey(imported(key)).withFixedId(KEY_ID).makePrimary())
            .build();
    this.aead =
        KmsEnvelopeAead.create(
            PredefinedAeadParameters.AES256_GCM,
            kek.getPrimitive(RegistryConfiguration.get(), Aead.class));
  }

  @AccessesPartialKey // Tink's mark for what handles a key's bytes
  private static AesGcmKey imported(SecretKey key) throws GeneralSecurityException {
    byte[] bytes = key.getEncoded();
    try {
      return AesGcmKey.builder()
          .setParameters(PredefinedAeadParameters.AES256_GCM)
          .setKeyBytes(SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()))
          .setIdRequirement(KEY_ID)
          .build();
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
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
