package dev.e2ee.internal.primitive.cipher;

import dev.e2ee.internal.jca.Refusals;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code AES/GCM/NoPadding}, NIST SP 800-38D: keys of 16, 24 and 32 bytes, nonces of
 * 12, tags of 16. Encryption leaves with {@code update}; nothing of a decryption does before {@code
 * doFinal} has verified it. A key that has encrypted under a nonce in this process does not do so
 * again: the first input is refused. An object that threads share by mistake gives no nonce twice
 * either.
 */
public final class GcmCipher extends OneInitCipher {
  private static final int TAG_BITS = 8 * Engine.TAG;

  private final Engine engine;
  private final EngineGcm ciphers;
  private GcmPhase phase = new GcmPhase.Idle("call init first", null);

  /** For the service table. */
  public GcmCipher(Engine engine) {
    this.engine = engine;
    this.ciphers = new EngineGcm(engine);
  }

  @Override
  protected synchronized void init(
      int mode, @Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    phase.close();
    phase = new GcmPhase.Idle("the last init was refused; call init anew", null);
    if (mode != Cipher.ENCRYPT_MODE && mode != Cipher.DECRYPT_MODE) {
      throw new UnsupportedOperationException(
          "this AES-GCM encrypts and decrypts; to wrap a key use AES/KWP/NoPadding");
    }
    boolean encrypts = mode == Cipher.ENCRYPT_MODE;
    GcmMessage message =
        encrypts && engine.isApprovedOnly()
            ? withNonceOfTheModule(key, spec)
            : new GcmMessage(ciphers, SecretKeys.aes(key), nonce(encrypts, spec));
    message.requireSupportedKey();
    phase = encrypts ? new GcmPhase.Sealing(message) : new GcmPhase.Opening(message);
  }

  private GcmMessage withNonceOfTheModule(@Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (spec != null) {
      throw Refusals.parameters(
          new NotApprovedException(
              "AES-GCM encryption under a caller's nonce",
              "init without parameters: the module makes the nonce, and getIV tells it"));
    }
    return GcmMessage.withNonceOfTheModule(ciphers, SecretKeys.aes(key));
  }

  private byte[] nonce(boolean encrypts, @Nullable AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (spec == null && encrypts) {
      return engine.random(Engine.NONCE);
    }
    if (!(spec instanceof GCMParameterSpec given)) {
      throw new InvalidAlgorithmParameterException(
          "AES-GCM needs a GCMParameterSpec with the nonce, 12 bytes, and 128 bits of tag");
    }
    byte[] nonce = given.getIV();
    if (given.getTLen() != TAG_BITS || nonce.length != Engine.NONCE) {
      throw new InvalidAlgorithmParameterException(
          "this AES-GCM takes a nonce of 12 bytes and a tag of 128 bits, not "
              + nonce.length
              + " and "
              + given.getTLen());
    }
    return nonce;
  }

  @Override
  protected AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    try {
      return parameters.getParameterSpec(GCMParameterSpec.class);
    } catch (InvalidParameterSpecException e) {
      throw new InvalidAlgorithmParameterException("needs parameters for GCM", e);
    }
  }

  @Override
  protected synchronized void engineUpdateAAD(byte[] in, int offset, int length) {
    phase.aad(in, offset, length);
  }

  @Override
  protected synchronized void engineUpdateAAD(ByteBuffer in) {
    byte[] bytes = bytesOf(in);
    phase.aad(bytes, 0, bytes.length);
    in.position(in.limit());
  }

  /** An empty array where nothing comes out yet, as the JDK's gives. */
  @Override
  protected synchronized byte[] engineUpdate(byte[] in, int offset, int length) {
    return update(in, offset, length);
  }

  @Override
  protected synchronized int engineUpdate(
      byte[] in, int offset, int length, byte[] out, int outOffset) throws ShortBufferException {
    requireRoom(phase.updateSize(length), out.length - outOffset);
    return put(update(in, offset, length), out, outOffset);
  }

  @Override
  protected synchronized int engineUpdate(ByteBuffer in, ByteBuffer out)
      throws ShortBufferException {
    requireRoom(phase.updateSize(in.remaining()), out.remaining());
    byte[] bytes = bytesOf(in);
    byte[] made = update(bytes, 0, bytes.length);
    Arrays.fill(bytes, (byte) 0);
    in.position(in.limit());
    out.put(made);
    return made.length;
  }

  @Override
  protected synchronized byte[] engineDoFinal(byte @Nullable [] in, int offset, int length)
      throws AEADBadTagException {
    return finish(in == null ? new byte[0] : in, offset, length);
  }

  @Override
  protected synchronized int engineDoFinal(
      byte @Nullable [] in, int offset, int length, byte[] out, int outOffset)
      throws ShortBufferException, AEADBadTagException {
    requireRoom(phase.finalSize(length), out.length - outOffset);
    return put(finish(in == null ? new byte[0] : in, offset, length), out, outOffset);
  }

  @Override
  protected synchronized int engineDoFinal(ByteBuffer in, ByteBuffer out)
      throws ShortBufferException, AEADBadTagException {
    requireRoom(phase.finalSize(in.remaining()), out.remaining());
    byte[] bytes = bytesOf(in);
    byte[] made = finish(bytes, 0, bytes.length);
    Arrays.fill(bytes, (byte) 0);
    in.position(in.limit());
    out.put(made);
    Arrays.fill(made, (byte) 0);
    return made.length;
  }

  private byte[] update(byte[] in, int offset, int length) {
    if (length == 0) {
      return new byte[0];
    }
    begin();
    try {
      return phase.update(in, offset, length);
    } catch (ProviderException e) {
      fail(e.getMessage() + "; call init with another nonce");
      throw e;
    }
  }

  private byte[] finish(byte[] in, int offset, int length) throws AEADBadTagException {
    begin();
    try {
      byte[] out = phase.finish(in, offset, length);
      phase = phase.next();
      return out;
    } catch (AEADBadTagException e) {
      phase = phase.next();
      throw e;
    } catch (ProviderException e) {
      fail(e.getMessage() + "; call init with another nonce");
      throw e;
    }
  }

  /** Here and not at {@code init}, whose refusal would hand the nonce to the next provider. */
  private void begin() {
    if (!phase.begin()) {
      String why =
          "this key has encrypted under this nonce before in this process; call init with another";
      fail(why);
      throw new IllegalStateException(why);
    }
  }

  private void fail(String why) {
    phase.close();
    phase = new GcmPhase.Idle(why, null);
  }

  private static void requireRoom(int needed, int room) throws ShortBufferException {
    if (room < needed) {
      throw new ShortBufferException("the output needs " + needed + " bytes");
    }
  }

  /** The bytes to come, in an array of their own: output may overlap them. */
  private static byte[] bytesOf(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.duplicate().get(bytes);
    return bytes;
  }

  private static int put(byte[] made, byte[] out, int outOffset) {
    System.arraycopy(made, 0, out, outOffset, made.length);
    Arrays.fill(made, (byte) 0);
    return made.length;
  }

  @Override
  protected synchronized int engineGetOutputSize(int inputLength) {
    return phase.finalSize(inputLength);
  }

  @Override
  protected int engineGetBlockSize() {
    return GcmPhase.BLOCK;
  }

  @Override
  protected synchronized byte @Nullable [] engineGetIV() {
    return phase.nonce();
  }

  @Override
  protected int engineGetKeySize(Key key) throws InvalidKeyException {
    try (var bytes = SecretKeys.aes(key)) {
      return bytes.length() * Byte.SIZE;
    }
  }

  @Override
  protected synchronized @Nullable AlgorithmParameters engineGetParameters() {
    byte[] nonce = phase.nonce();
    if (nonce == null) {
      return null;
    }
    Provider provider = engine.providerOf("AlgorithmParameters", "GCM");
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("GCM", provider);
      parameters.init(new GCMParameterSpec(TAG_BITS, nonce));
      return parameters;
    } catch (GeneralSecurityException e) {
      throw new ProviderException(provider + " has no parameters for GCM", e);
    }
  }
}
