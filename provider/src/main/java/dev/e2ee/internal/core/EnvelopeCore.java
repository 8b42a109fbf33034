package dev.e2ee.internal.core;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.AEADBadTagException;

/**
 * Envelopes of suite 1, as {@code testvectors/spec/envelope.md} has them. Stateless: everything
 * comes in, bytes go out.
 */
public final class EnvelopeCore {
  /** The one message for every reason why an envelope may not be authentic. */
  public static final String NOT_AUTHENTIC =
      "the envelope is not authentic: it was altered, or it belongs to another context or key";

  /** The one message for a bare DEK wrap that does not open. */
  public static final String DEK_NOT_AUTHENTIC =
      "the wrapped DEK is not authentic: it was altered, or it belongs to another record or key";

  private static final int DEK_LENGTH = 32;
  private static final byte[] COMMITMENT_LABEL =
      "e2ee-commit-v1\0".getBytes(StandardCharsets.US_ASCII);

  private final Engine engine;

  /** The core that computes with this engine. */
  public EnvelopeCore(Engine engine) {
    this.engine = engine;
  }

  /** The length of the envelope of a message, in bytes. */
  public static int sealedLength(MasterKey umk, int plaintextLength) {
    return EnvelopeHeader.length(umk.wrappedLength())
        + EnvelopeHeader.BOX_OVERHEAD
        + plaintextLength;
  }

  /** Seals a message under a fresh DEK. */
  public byte[] seal(MasterKey umk, ContextBinding binding, byte[] in, int offset, int length) {
    // [envelope-27] [envelope-32]
    try (SecretBytes dek = SecretBytes.adopt(engine.random(DEK_LENGTH))) {
      EnvelopeHeader header = header(umk, binding, dek);
      byte[] envelope = new byte[sealedLength(umk, length)];
      header.writeTo(envelope);
      byte[] nonce = engine.random(Engine.NONCE);
      int body = header.length();
      System.arraycopy(nonce, 0, envelope, body, nonce.length);
      engine.gcmSeal(
          dek, nonce, binding.payloadAad(), in, offset, length, envelope, body + nonce.length);
      return envelope;
    }
  }

  /**
   * Opens an envelope.
   *
   * @return the plaintext, verified, in an array of its own
   * @throws MalformedEnvelopeException for bytes that are not an envelope of a suite known here
   * @throws WrongKeyException when the key is another one than the header names, or older than the
   *     minimum
   * @throws AEADBadTagException for everything else
   */
  public byte[] open(
      MasterKey umk, ContextBinding binding, int minimumGeneration, byte[] envelope, int length)
      throws AEADBadTagException {
    // [envelope-10]
    EnvelopeHeader header = EnvelopeHeader.parse(envelope, length);
    try (SecretBytes dek = unwrapDek(umk, binding, minimumGeneration, header)) {
      int nonce = header.length();
      int ciphertext = nonce + Engine.NONCE;
      return engine.gcmOpen(
          dek, envelope, nonce, binding.payloadAad(), envelope, ciphertext, length - ciphertext);
    } catch (MalformedEnvelopeException | WrongKeyException e) {
      throw e;
    } catch (AEADBadTagException e) {
      // [envelope-29]
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
  }

  /**
   * Wraps the DEK of an envelope anew; the body is copied, not read.
   *
   * @throws AEADBadTagException as {@link #open}, but a body that was altered is not noticed
   */
  public byte[] rewrap(
      MasterKey from, MasterKey to, ContextBinding binding, byte[] envelope, int length)
      throws AEADBadTagException {
    // [envelope-33]
    EnvelopeHeader old = EnvelopeHeader.parse(envelope, length);
    try (SecretBytes dek = unwrapDek(from, binding, 0, old)) {
      return join(header(to, binding, dek), envelope, old.length(), length - old.length());
    } catch (MalformedEnvelopeException | WrongKeyException e) {
      throw e;
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
  }

  /**
   * Puts a header before a body whose DEK was wrapped elsewhere, under the same UMK.
   *
   * @param wrap the wrapped DEK, 60 bytes
   * @param body nonce, ciphertext, tag; not read
   * @throws AEADBadTagException when the wrap is not authentic
   */
  public byte[] assemble(MasterKey umk, ContextBinding binding, byte[] wrap, byte[] body)
      throws AEADBadTagException {
    try (SecretBytes dek = checkedDek(umk.unwrap(wrap, binding.dekAad()))) {
      return join(commit(umk, binding, dek, wrap), body, 0, body.length);
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
  }

  /** A header before a body that is copied as it is. */
  private static byte[] join(EnvelopeHeader header, byte[] body, int offset, int length) {
    byte[] out = new byte[header.length() + length];
    header.writeTo(out);
    System.arraycopy(body, offset, out, header.length(), length);
    return out;
  }

  private EnvelopeHeader header(MasterKey umk, ContextBinding binding, SecretBytes dek) {
    return commit(umk, binding, dek, umk.wrap(dek, binding.dekAad()));
  }

  private EnvelopeHeader commit(
      MasterKey umk, ContextBinding binding, SecretBytes dek, byte[] wrap) {
    EnvelopeHeader open =
        new EnvelopeHeader(
            binding.contextFree(), umk.generation(), umk.id(), umk.wrapAlg(), wrap, new byte[0]);
    return new EnvelopeHeader(
        open.contextFree(),
        open.generation(),
        open.keyId(),
        open.wrapAlg(),
        wrap,
        commitment(dek, open, binding));
  }

  private SecretBytes unwrapDek(
      MasterKey umk, ContextBinding binding, int minimumGeneration, EnvelopeHeader header)
      throws AEADBadTagException {
    MasterKey named = umk.named(header);
    // [envelope-24]
    if (Integer.compareUnsigned(header.generation(), minimumGeneration) < 0) {
      throw new WrongKeyException(
          "the envelope was sealed under generation "
              + Integer.toUnsignedString(header.generation())
              + "; the least to accept is "
              + minimumGeneration);
    }
    // [envelope-18]
    if (header.contextFree() != binding.contextFree()) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
    SecretBytes dek = checkedDek(named.unwrap(header.wrap(), binding.dekAad()));
    boolean verified = false;
    try {
      // [envelope-26]
      verified = MessageDigest.isEqual(commitment(dek, header, binding), header.commitment());
    } finally {
      // [envelope-32]
      if (!verified) {
        dek.close();
      }
    }
    if (!verified) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
    return dek;
  }

  private static SecretBytes checkedDek(SecretBytes dek) throws AEADBadTagException {
    if (dek.length() != DEK_LENGTH) {
      dek.close();
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
    return dek;
  }

  private byte[] commitment(SecretBytes dek, EnvelopeHeader header, ContextBinding binding) {
    // [envelope-25]
    byte[] head = header.committedBytes();
    byte[] ctx = binding.ctx();
    byte[] info =
        ByteBuffer.allocate(COMMITMENT_LABEL.length + 8 + head.length + ctx.length)
            .put(COMMITMENT_LABEL)
            .putInt(head.length)
            .put(head)
            .putInt(ctx.length)
            .put(ctx)
            .array();
    return Hkdf.expand(engine, dek, info, EnvelopeHeader.COMMITMENT);
  }
}
