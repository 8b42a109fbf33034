package dev.e2ee.internal.primitive.derive;

import dev.e2ee.internal.jca.Refusals;
import dev.e2ee.internal.primitive.cipher.SecretKeys;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.ByteBuffer;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;

/**
 * {@code Mac} {@code HmacSHA256}, {@code HmacSHA384} and {@code HmacSHA512}, RFC 2104: 32, 48 and
 * 64 bytes. Any secret key that shows its bytes, 1 at the least.
 */
public final class HmacMac extends MacSpi implements Cloneable {
  /** NIST SP 800-131A: 112 bits. */
  private static final int SHORTEST_APPROVED = 14;

  private final Engine engine;
  private final String algorithm;
  private final int length;

  /** The engine's, with its key; null before {@code init} and after one that was refused. */
  private @Nullable Mac mac;

  /**
   * For the service table.
   *
   * @param bits of the digest: 256, 384 or 512
   */
  public HmacMac(Engine engine, int bits) {
    this.engine = engine;
    this.algorithm = "HmacSHA" + bits;
    this.length = bits / Byte.SIZE;
  }

  @Override
  protected int engineGetMacLength() {
    return length;
  }

  @Override
  protected void engineInit(@Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (spec != null) {
      throw new InvalidAlgorithmParameterException(algorithm + " has no parameters");
    }
    mac = null;
    try (SecretBytes bytes = SecretKeys.bytesOf(key)) {
      if (engine.isApprovedOnly() && bytes.length() < SHORTEST_APPROVED) {
        throw Refusals.key(
            new NotApprovedException(
                "an HMAC key of " + bytes.length() + " bytes",
                "one of 14 bytes (112 bits) or more"));
      }
      mac = EngineMac.of(engine, algorithm, bytes);
    }
  }

  private Mac initialised() {
    Mac current = mac;
    if (current == null) {
      throw new IllegalStateException("the last init was refused; call init anew");
    }
    return current;
  }

  private static ProviderException failed(Mac mac, Throwable cause) {
    return new ProviderException(mac.getProvider() + " failed in " + mac.getAlgorithm(), cause);
  }

  @Override
  protected void engineUpdate(byte in) {
    engineUpdate(new byte[] {in}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] in, int offset, int count) {
    engineUpdate(ByteBuffer.wrap(in, offset, count));
  }

  @Override
  protected void engineUpdate(ByteBuffer in) {
    Mac current = initialised();
    try {
      current.update(in);
    } catch (RuntimeException | AssertionError e) {
      throw failed(current, e);
    }
  }

  @Override
  protected byte[] engineDoFinal() {
    Mac current = initialised();
    byte[] out;
    try {
      out = current.doFinal();
    } catch (RuntimeException | AssertionError e) {
      throw failed(current, e);
    }
    if (out.length != length) {
      throw new ProviderException(current.getProvider() + " gave " + out.length + " bytes");
    }
    return out;
  }

  @Override
  protected void engineReset() {
    if (mac != null) {
      mac.reset();
    }
  }

  @Override
  public HmacMac clone() throws CloneNotSupportedException {
    HmacMac copy = (HmacMac) super.clone();
    copy.mac = mac == null ? null : (Mac) mac.clone();
    return copy;
  }
}
