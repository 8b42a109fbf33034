package dev.e2ee.internal.jca;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.key.DataKey;
import dev.e2ee.spi.SecretBytes;
import java.security.AlgorithmParameters;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code E2EE-DekWrap}: wraps and unwraps a DEK of 32 bytes, bound to a record.
 * Wrapped it has 60 bytes, or as many as the UMK's custody makes of it: 92 by a token that computes
 * HMAC, 72 by one that wraps with AES-KW, 572 or 828 by one that has RSA only.
 *
 * <p>The record is always given at {@code init}: {@link Cipher} takes no AAD in its wrap modes.
 */
public final class DekWrapCipher
    extends KeyWrapCipher<DekWrapParameterSpec, DekWrapCipher.Session> {
  private static final String NAME = "E2EE-DekWrap";

  /** A key, and the record that its DEK is for. */
  record Session(MasterKey umk, DekWrapParameterSpec spec) {
    byte[] aad() {
      return ContextBinding.of(spec.context()).dekAad();
    }
  }

  private final Home home;

  /** For the service table. */
  public DekWrapCipher(Home home) {
    super(NAME, DekWrapParameterSpec.class);
    this.home = home;
  }

  @Override
  Session begin(boolean wrapping, @Nullable Key key, DekWrapParameterSpec spec)
      throws InvalidKeyException {
    return new Session(MasterKey.of(home.engine(), key), spec);
  }

  @Override
  void end(Session ended) {
    ended.umk.close();
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return isInitialised() ? Parameters.of(home.provider(), NAME, session().spec) : null;
  }

  @Override
  protected byte[] engineWrap(Key key) throws InvalidKeyException {
    Session s = session();
    try (SecretBytes dek = SecretBytes.adopt(MasterKey.rawBytes(key, "E2EE-DEK"))) {
      return s.umk.wrap(dek, s.aad());
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    Session s = session();
    requireSecretKey(algorithm, type, "AES", "E2EE-DEK");
    // [envelope-36]
    int length = s.umk.wrapAlg().length();
    if (wrapped.length != length) {
      throw new InvalidKeyException(
          "a DEK wrapped by this key has " + length + " bytes, not " + wrapped.length);
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
    return session().umk.wrapAlg().length();
  }
}
