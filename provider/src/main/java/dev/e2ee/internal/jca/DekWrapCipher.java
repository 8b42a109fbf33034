package dev.e2ee.internal.jca;

import dev.e2ee.envelope.DataKey;
import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.spi.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code E2EE-DekWrap}: wraps and unwraps a DEK of 32 bytes, bound to a record or to
 * the bytes of {@code updateAAD}. 60 bytes: nonce, ciphertext, tag.
 */
public final class DekWrapCipher extends CompositeCipher {
  private static final String MISUSE =
      "E2EE-DekWrap wraps and unwraps keys only; to encrypt data use E2EE-Envelope";

  private record Session(
      int mode, MasterKey umk, Optional<DekWrapParameterSpec> spec, ByteArrayOutputStream aad) {}

  private final Home home;
  private @Nullable Session session;

  /** For the service table. */
  public DekWrapCipher(Home home) {
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
      throw new UnsupportedOperationException(MISUSE);
    }
    Optional<DekWrapParameterSpec> given =
        spec == null
            ? Optional.empty()
            : Optional.of(Parameters.require(DekWrapParameterSpec.class, spec));
    MasterKey umk = MasterKey.of(home.engine(), key);
    session = new Session(mode, umk, given, new ByteArrayOutputStream());
  }

  @Override
  AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    return Parameters.specOf(DekWrapParameterSpec.class, parameters);
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    return session == null
        ? null
        : session.spec.map(s -> Parameters.of(home.provider(), "E2EE-DekWrap", s)).orElse(null);
  }

  @Override
  protected void engineUpdateAAD(byte[] source, int offset, int length) {
    Session s = initialised();
    if (s.spec.isPresent()) {
      throw new IllegalStateException("the context was given at init: it takes the place of AAD");
    }
    if (length > ContextBinding.MAX_RAW_AAD - s.aad.size()) {
      throw new IllegalArgumentException(
          "AAD has at most " + ContextBinding.MAX_RAW_AAD + " bytes; hash what is longer");
    }
    s.aad.write(source, offset, length);
  }

  @Override
  protected void engineUpdateAAD(ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    engineUpdateAAD(bytes, 0, bytes.length);
  }

  @Override
  protected byte[] engineWrap(Key key) throws InvalidKeyException {
    Session s = initialised();
    try (SecretBytes dek = SecretBytes.adopt(MasterKey.rawBytes(key, "E2EE-DEK"))) {
      return s.umk.wrap(dek, takeAad(s));
    }
  }

  @Override
  protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
      throws InvalidKeyException, NoSuchAlgorithmException {
    Session s = initialised();
    if (type != Cipher.SECRET_KEY || !(algorithm.equals("AES") || algorithm.equals("E2EE-DEK"))) {
      throw new NoSuchAlgorithmException(
          "E2EE-DekWrap holds a SECRET_KEY for AES or E2EE-DEK, nothing else");
    }
    byte[] aad = takeAad(s);
    // [envelope-36]
    if (wrapped.length != EnvelopeHeader.WRAP_AES_GCM_LENGTH) {
      throw new InvalidKeyException("a wrapped DEK has 60 bytes, not " + wrapped.length);
    }
    try (SecretBytes dek = s.umk.unwrap(wrapped, aad)) {
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

  /** AAD is for one operation; a context stays. */
  private static byte[] takeAad(Session s) {
    byte[] aad =
        s.spec.map(w -> ContextBinding.of(w.context()).dekAad()).orElseGet(s.aad::toByteArray);
    s.aad.reset();
    return aad;
  }

  private Session initialised() {
    Session current = session;
    if (current == null) {
      throw new IllegalStateException("call init first");
    }
    return current;
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    return EnvelopeHeader.WRAP_AES_GCM_LENGTH;
  }

  @Override
  protected byte[] engineUpdate(byte[] in, int offset, int length) {
    throw new IllegalStateException(MISUSE);
  }

  @Override
  protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
    throw new IllegalStateException(MISUSE);
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] in, int offset, int length) {
    throw new IllegalStateException(MISUSE);
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] in, int offset, int length, byte[] out, int outOffset) {
    throw new IllegalStateException(MISUSE);
  }
}
