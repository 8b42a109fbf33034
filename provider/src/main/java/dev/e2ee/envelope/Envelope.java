package dev.e2ee.envelope;

import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.InvalidKeyException;
import java.security.Key;
import javax.crypto.AEADBadTagException;

/**
 * Seals, opens and re-wraps whole envelopes under one UMK: what the cipher {@code E2EE-Envelope}
 * does, with types. Safe for use by many threads.
 *
 * <p>Bytes that {@link #open} returns were verified. {@link #inspect} needs no key and verifies
 * nothing. Suite 1 is always forced here: a message has up to 16 MiB.
 */
public final class Envelope implements AutoCloseable {
  private final Engine engine;
  private final EnvelopeCore core;
  private final MasterKey umk;

  private Envelope(Engine engine, Key umk) throws InvalidKeyException {
    this.engine = engine;
    this.core = new EnvelopeCore(engine);
    this.umk = MasterKey.of(engine, umk);
  }

  /**
   * Works under this key with the JDK's engine.
   *
   * @param umk a key in custody, a {@link dev.e2ee.key.UserMasterKey}, or a raw AES key of 32
   *     bytes, which is copied
   * @throws InvalidKeyException for any other key
   */
  public static Envelope with(Key umk) throws InvalidKeyException {
    return new Envelope(Engine.jdk(), umk);
  }

  /** Works under this key with the engine of a provider that was configured. */
  public static Envelope with(Key umk, E2eeProvider provider) throws InvalidKeyException {
    return new Envelope(Engine.of(provider.engine()), umk);
  }

  /**
   * Seals a record.
   *
   * @throws IllegalArgumentException for a message over 16 MiB
   */
  public byte[] seal(byte[] plaintext, RecordContext context) {
    return seal(plaintext, ContextBinding.of(context));
  }

  /** Seals bytes that belong to no record: bound to the AAD, which may be empty. */
  public byte[] seal(byte[] plaintext, byte[] aad) {
    return seal(plaintext, ContextBinding.ofRawAad(aad.clone()));
  }

  private byte[] seal(byte[] plaintext, ContextBinding binding) {
    // [envelope-28]
    if (plaintext.length > EnvelopeHeader.MAX_PLAINTEXT) {
      throw new IllegalArgumentException(
          "a message has at most " + EnvelopeHeader.MAX_PLAINTEXT + " bytes (16 MiB)");
    }
    return core.seal(umk, binding, plaintext, 0, plaintext.length);
  }

  /**
   * Opens a record.
   *
   * @throws MalformedEnvelopeException for bytes that are no envelope known here
   * @throws WrongKeyException when the envelope names another key
   * @throws AEADBadTagException when it is not authentic: altered, or of another context
   */
  public byte[] open(byte[] envelope, RecordContext context) throws AEADBadTagException {
    return core.open(umk, ContextBinding.of(context), 0, envelope, envelope.length);
  }

  /** Opens what was sealed with AAD, as {@link #open(byte[], RecordContext)}. */
  public byte[] open(byte[] envelope, byte[] aad) throws AEADBadTagException {
    return core.open(umk, ContextBinding.ofRawAad(aad.clone()), 0, envelope, envelope.length);
  }

  /**
   * Wraps the envelope's DEK under another key, or another generation of this one. The body is
   * copied and not read: an altered one is noticed when the result is opened. Whoever holds the old
   * key and an old copy can still open that copy.
   *
   * @throws AEADBadTagException as {@link #open}
   * @throws InvalidKeyException for a key that cannot be a UMK
   */
  public byte[] rewrap(byte[] envelope, Key newUmk, RecordContext context)
      throws AEADBadTagException, InvalidKeyException {
    return rewrap(envelope, newUmk, ContextBinding.of(context));
  }

  /** Re-wraps what was sealed with AAD, as {@link #rewrap(byte[], Key, RecordContext)}. */
  public byte[] rewrap(byte[] envelope, Key newUmk, byte[] aad)
      throws AEADBadTagException, InvalidKeyException {
    return rewrap(envelope, newUmk, ContextBinding.ofRawAad(aad.clone()));
  }

  private byte[] rewrap(byte[] envelope, Key newUmk, ContextBinding binding)
      throws AEADBadTagException, InvalidKeyException {
    try (MasterKey to = MasterKey.of(engine, newUmk)) {
      return core.rewrap(umk, to, binding, envelope, envelope.length);
    }
  }

  /**
   * What an envelope says of itself in public; not verified.
   *
   * @throws MalformedEnvelopeException for bytes that are no envelope known here
   */
  public static EnvelopeInfo inspect(byte[] envelope) throws MalformedEnvelopeException {
    // [envelope-11]
    EnvelopeHeader header = EnvelopeHeader.parse(envelope, envelope.length);
    return new EnvelopeInfo(
        Suite.AES_256_GCM,
        header.contextFree(),
        header.generation(),
        header.keyId(),
        header.wrapAlg(),
        header.length(),
        header.plaintextLength(envelope.length));
  }

  /** Wipes this object's copy of the key; a key in custody stays open. */
  @Override
  public void close() {
    umk.close();
  }
}
