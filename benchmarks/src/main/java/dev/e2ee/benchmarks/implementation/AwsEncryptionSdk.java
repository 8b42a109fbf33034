package dev.e2ee.benchmarks.implementation;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.exception.AwsCryptoException;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * AWS Encryption SDK with a raw AES-256 wrapping key; key commitment, no signature. What it
 * decrypts counts only with the context that was asked for, which its caller must check.
 */
final class AwsEncryptionSdk implements RecordCipher {
  private final AwsCrypto crypto =
      AwsCrypto.builder()
          .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
          .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
          .build();
  private final JceMasterKey key;
  private final Map<String, String> context = Sample.context();

  AwsEncryptionSdk(SecretKey key) {
    this.key = JceMasterKey.getInstance(key, "e2ee-benchmarks", "umk", "AES/GCM/NoPadding");
  }

  @Override
  public byte[] seal(byte[] plaintext) {
    return crypto.encryptData(key, plaintext, context).getResult();
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    CryptoResult<byte[], JceMasterKey> result;
    try {
      result = crypto.decryptData(key, sealed);
    } catch (AwsCryptoException e) {
      throw new GeneralSecurityException(e);
    }
    if (!result.getEncryptionContext().entrySet().containsAll(context.entrySet())) {
      throw new AEADBadTagException("another context");
    }
    return result.getResult();
  }
}
