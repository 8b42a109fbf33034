package dev.e2ee.internal.jca;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.key.DataKey;
import dev.e2ee.spi.SecretBytes;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code E2EE-DekWrap}: wraps and unwraps a DEK of 32 bytes, bound to a record. 60
 * bytes: nonce, ciphertext, tag.
 *
 * <p>The record is always given at {@code init}: {@link Cipher} takes no AAD in its wrap modes.
 */
public final class DekWrapCipher extends KeyWrapCipher {
  private record Session(MasterKey umk, DekWrapParameterSpec spec) {
    byte[] aad() {
      return ContextBinding.of(spec.context()).dekAad();
    }
  }

  private final Home home;
  private @Nullable Session session;

  /** For the service table. */
  public DekWrapCipher(Home home) {
    super("E2EE-DekWrap");
    this.home = home;
  }

  @Override
  void init(int mode, Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (session != null) {
      session.umk.close();
      session = null;
    }
    if (mode != Cipher.WRAP_MODE && mode != Cipher.UNWRAP_MODE) {
      throw new UnsupportedOperationException(misuse());
    }
    if (spec == null) {
      throw new InvalidAlgorithmParameterException(
          "E2EE-DekWrap needs a DekWrapParameterSpec: it says which record the DEK is for");
    }
    DekWrapParameterSpec given = Parameters.require(DekWrapParameterSpec.class, spec);
    MasterKey umk = MasterKey.of(home.engine(), key);
    session = new Session(umk, given);
  }

  @Override
  AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    return Parameters.specOf(DekWrapParameterSpec.class, parameters);
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return session == null ? null : Parameters.of(home.provider(), "E2EE-DekWrap", session.spec);
  }

  @Override
  protected byte[] engineWrap(Key key) throws InvalidKeyException {
    Session s = initialised(session);
    try (SecretBytes dek = SecretBytes.adopt(MasterKey.rawBytes(key, "E2EE-DEK"))) {
      return s.umk.wrap(dek, s.aad());
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    Session s = initialised(session);
    if (type != Cipher.SECRET_KEY || !(algorithm.equals("AES") || algorithm.equals("E2EE-DEK"))) {
      throw new NoSuchAlgorithmException(
          "E2EE-DekWrap holds a SECRET_KEY for AES or E2EE-DEK, nothing else");
    }
    // [envelope-36]
    if (wrapped.length != EnvelopeHeader.WRAP_AES_GCM_LENGTH) {
      throw new InvalidKeyException("a wrapped DEK has 60 bytes, not " + wrapped.length);
    }
    try (SecretBytes dek = s.umk.unwrap(wrapped, s.aad())) {
      byte[] bytes = dek.copy();
      try {
        return algorithm.equals("AES") ? DataKey.ofAes(bytes) : DataKey.of(bytes);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    } catch (AEADBadTagException e) {
      throw new InvalidKeyException(EnvelopeCore.DEK_NOT_AUTHENTIC, e);
    }
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return EnvelopeHeader.WRAP_AES_GCM_LENGTH;
  }
}
