package dev.e2ee.envelope;

import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.OpeningOperation;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.crypto.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.InvalidKeyException;
import java.security.Key;
import javax.crypto.AEADBadTagException;

/**
 * Seals, opens and re-wraps envelopes under one UMK: what the cipher {@code E2EE-Envelope} does,
 * with types. Whole messages as arrays, messages of any length as streams and channels. Safe for
 * use by many threads; a stream is for one.
 *
 * <p>What {@link #open} and the streams give was verified. {@link #inspect} needs no key and
 * verifies nothing. A message of up to 64 KiB becomes suite 1, a longer one suite 2, unless {@link
 * #withSuite} says which.
 */
public final class Envelope implements AutoCloseable {
  /** So many bytes from the start of an envelope are enough for {@link #inspect} and the like. */
  public static final int MAX_HEADER = EnvelopeHeader.MAX_HEADER;

  private final Engine engine;
  private final EnvelopeCore core;
  private final MasterKey umk;
  private final EnvelopeParameterSpec spec;

  private Envelope(Engine engine, MasterKey umk, EnvelopeParameterSpec spec) {
    this.engine = engine;
    this.core = new EnvelopeCore(engine);
    this.umk = umk;
    this.spec = spec;
  }

  /**
   * Works under this key with the configured engine.
   *
   * @param umk a key in custody, a {@link dev.e2ee.key.UserMasterKey}, or a raw AES key of 32
   *     bytes, which is copied
   * @throws InvalidKeyException for any other key
   */
  public static Envelope with(Key umk) throws InvalidKeyException {
    return with(umk, Engine.configured());
  }

  /** Works under this key with the engine of a provider that was configured. */
  public static Envelope with(Key umk, E2eeProvider provider) throws InvalidKeyException {
    return with(umk, Engine.of(provider.engine()));
  }

  private static Envelope with(Key umk, Engine engine) throws InvalidKeyException {
    return new Envelope(engine, MasterKey.of(engine, umk), EnvelopeParameterSpec.withoutContext());
  }

  /**
   * Whether what this does is approved: the FIPS profile holds for its engine, and for the custody
   * of a key that is in one. In the profile suite 2 is sealed and opened, and no other.
   */
  public boolean isApproved() {
    return engine.isApprovedOnly() && umk.isApproved();
  }

  /**
   * The same under the same key, which is closed with either, but sealing with this suite whatever
   * the length.
   */
  public Envelope withSuite(Suite forced) {
    return new Envelope(engine, umk, spec.withSuite(forced));
  }

  /**
   * The same under the same key, which is closed with either, but opening only what was sealed
   * under this or a later generation of it.
   *
   * @throws IllegalArgumentException for a number below 0; 0 accepts every generation
   */
  public Envelope withMinimumGeneration(int generation) {
    return new Envelope(engine, umk, spec.withMinimumGeneration(generation));
  }

  /**
   * The same under the same key, which is closed with either, but with up to so many threads for a
   * large input of suite 2: {@link EnvelopeParameterSpec#withParallelism}. A stream holds 300 KiB
   * for each of them. The bytes are the same.
   *
   * @throws IllegalArgumentException for a number below 1
   */
  public Envelope withParallelism(int threads) {
    return new Envelope(engine, umk, spec.withParallelism(threads));
  }

  /**
   * The same under the same key, which is closed with either, but within these bounds one operation
   * in custody serves many envelopes. {@link DataKeyReuse} says what that costs.
   *
   * @param reuse stays the caller's, to be closed after the last use
   * @throws IllegalArgumentException for a key in memory
   */
  public Envelope withDataKeyReuse(DataKeyReuse reuse) {
    return new Envelope(engine, umk.reusing(reuse), spec.withDataKeyReuse(reuse));
  }

  /**
   * Seals a record.
   *
   * @throws IllegalArgumentException for a message over 16 MiB with a forced suite 1, or one whose
   *     envelope is too long for an array: use {@link #sealing(OutputStream, RecordContext)}
   */
  public byte[] seal(byte[] plaintext, RecordContext context) {
    return seal(plaintext, context.binding());
  }

  /** Seals bytes that belong to no record: bound to the AAD, which may be empty. */
  public byte[] seal(byte[] plaintext, byte[] aad) {
    return seal(plaintext, ContextBinding.ofRawAad(aad.clone()));
  }

  private byte[] seal(byte[] plaintext, ContextBinding binding) {
    try (SealingOperation sealing = sealing(binding)) {
      // [envelope-28]
      if (!sealing.takes(plaintext.length)) {
        throw new IllegalArgumentException(
            "suite 1 holds at most " + EnvelopeHeader.MAX_PLAINTEXT + " bytes (16 MiB)");
      }
      long length = sealing.outputLength(plaintext.length, true);
      if (length > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "the envelope would be too long for an array: seal to a stream");
      }
      byte[] envelope = new byte[(int) length];
      sealing.finish(plaintext, 0, plaintext.length, envelope, 0);
      return envelope;
    }
  }

  /**
   * Opens a record.
   *
   * @throws MalformedEnvelopeException for bytes that are no envelope known here
   * @throws WrongKeyException when the envelope names another key, or a generation below the
   *     minimum
   * @throws AEADBadTagException when it is not authentic: altered, or of another context
   */
  public byte[] open(byte[] envelope, RecordContext context) throws AEADBadTagException {
    return open(envelope, context.binding());
  }

  /** Opens what was sealed with AAD, as {@link #open(byte[], RecordContext)}. */
  public byte[] open(byte[] envelope, byte[] aad) throws AEADBadTagException {
    return open(envelope, ContextBinding.ofRawAad(aad.clone()));
  }

  private byte[] open(byte[] envelope, ContextBinding binding) throws AEADBadTagException {
    try (OpeningOperation opening = opening(binding)) {
      return opening.finish(envelope, 0, envelope.length);
    }
  }

  /**
   * A stream that seals a record of any length into another stream, in constant memory. It must be
   * finished: {@link EnvelopeOutputStream#finish}. It uses this object's key: close it first.
   */
  public EnvelopeOutputStream sealing(OutputStream sink, RecordContext context) {
    return sealing(sink, context.binding());
  }

  /** The same for bytes that belong to no record: bound to the AAD, which may be empty. */
  public EnvelopeOutputStream sealing(OutputStream sink, byte[] aad) {
    return sealing(sink, ContextBinding.ofRawAad(aad.clone()));
  }

  /** The same into a channel, which must block. */
  public EnvelopeOutputStream sealing(WritableByteChannel sink, RecordContext context) {
    return sealing(Channels.newOutputStream(sink), context);
  }

  /** The same into a channel, bound to the AAD, which may be empty. */
  public EnvelopeOutputStream sealing(WritableByteChannel sink, byte[] aad) {
    return sealing(Channels.newOutputStream(sink), aad);
  }

  private EnvelopeOutputStream sealing(OutputStream sink, ContextBinding binding) {
    return new EnvelopeOutputStream(sink, sealing(binding), spec.parallelism());
  }

  /**
   * A stream that opens a record of any length from another stream, in constant memory for suite 2.
   * Nothing is read or checked before its first {@code read}. It uses this object's key: close it
   * first.
   */
  public EnvelopeInputStream opening(InputStream source, RecordContext context) {
    return opening(source, context.binding());
  }

  /** The same for what was sealed with AAD. */
  public EnvelopeInputStream opening(InputStream source, byte[] aad) {
    return opening(source, ContextBinding.ofRawAad(aad.clone()));
  }

  /** The same from a channel, which must block. */
  public EnvelopeInputStream opening(ReadableByteChannel source, RecordContext context) {
    return opening(Channels.newInputStream(source), context);
  }

  /** The same from a channel, for what was sealed with AAD. */
  public EnvelopeInputStream opening(ReadableByteChannel source, byte[] aad) {
    return opening(Channels.newInputStream(source), aad);
  }

  private EnvelopeInputStream opening(InputStream source, ContextBinding binding) {
    return new EnvelopeInputStream(source, opening(binding), spec.parallelism());
  }

  /**
   * A read-only channel over the plaintext of an envelope, for reads anywhere in it; of suite 2
   * only the chunks that are read are opened.
   *
   * @param source the envelope and nothing else, from position 0 to its size; its position is the
   *     result's to move; closed with the result, and left open by an exception
   * @throws AEADBadTagException as {@link #open(byte[], RecordContext)}, as far as the header tells
   * @throws IOException when the source cannot be read
   */
  public EnvelopeSeekableChannel openingAnywhere(SeekableByteChannel source, RecordContext context)
      throws IOException, AEADBadTagException {
    return openingAnywhere(source, context.binding());
  }

  /** The same for what was sealed with AAD. */
  public EnvelopeSeekableChannel openingAnywhere(SeekableByteChannel source, byte[] aad)
      throws IOException, AEADBadTagException {
    return openingAnywhere(source, ContextBinding.ofRawAad(aad.clone()));
  }

  private EnvelopeSeekableChannel openingAnywhere(
      SeekableByteChannel source, ContextBinding binding) throws IOException, AEADBadTagException {
    return EnvelopeSeekableChannel.open(source, core, umk, binding, spec.minimumGeneration());
  }

  private SealingOperation sealing(ContextBinding binding) {
    return new SealingOperation(core, umk, binding, spec.suite().orElse(null), spec.parallelism());
  }

  private OpeningOperation opening(ContextBinding binding) {
    return new OpeningOperation(core, umk, binding, spec.minimumGeneration(), spec.parallelism());
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
    return rewrap(envelope, newUmk, context.binding());
  }

  /** Re-wraps what was sealed with AAD, as {@link #rewrap(byte[], Key, RecordContext)}. */
  public byte[] rewrap(byte[] envelope, Key newUmk, byte[] aad)
      throws AEADBadTagException, InvalidKeyException {
    return rewrap(envelope, newUmk, ContextBinding.ofRawAad(aad.clone()));
  }

  private byte[] rewrap(byte[] envelope, Key newUmk, ContextBinding binding)
      throws AEADBadTagException, InvalidKeyException {
    EnvelopeHeader old = EnvelopeHeader.parse(envelope, envelope.length);
    EnvelopeHeader fresh = rewrapped(envelope, newUmk, binding);
    return EnvelopeCore.join(fresh, envelope, old.length(), envelope.length - old.length());
  }

  /**
   * The header that takes the place of an envelope's own when it is re-wrapped, for an envelope
   * that is too long to hold: the body is not needed. It has the same length when both keys wrap in
   * the same way, so that it can be written over the old one; compare the lengths first. A crash in
   * the middle of that loses the envelope: keep the old header until the new one is safe.
   *
   * @param start the first bytes of the envelope: its header, or better {@link #MAX_HEADER}, so
   *     that a body of suite 2 that is not this header's is noticed
   * @throws AEADBadTagException as {@link #open}
   * @throws InvalidKeyException for a key that cannot be a UMK
   */
  public byte[] rewrapHeader(byte[] start, Key newUmk, RecordContext context)
      throws AEADBadTagException, InvalidKeyException {
    return rewrapHeader(start, newUmk, context.binding());
  }

  /** The same for what was sealed with AAD. */
  public byte[] rewrapHeader(byte[] start, Key newUmk, byte[] aad)
      throws AEADBadTagException, InvalidKeyException {
    return rewrapHeader(start, newUmk, ContextBinding.ofRawAad(aad.clone()));
  }

  private byte[] rewrapHeader(byte[] start, Key newUmk, ContextBinding binding)
      throws AEADBadTagException, InvalidKeyException {
    EnvelopeHeader fresh = rewrapped(start, newUmk, binding);
    return EnvelopeCore.join(fresh, start, 0, 0);
  }

  private EnvelopeHeader rewrapped(byte[] envelope, Key newUmk, ContextBinding binding)
      throws AEADBadTagException, InvalidKeyException {
    try (MasterKey to = MasterKey.of(engine, newUmk)) {
      return core.rewrap(umk, to, binding, spec.minimumGeneration(), envelope);
    }
  }

  /**
   * What an envelope says of itself in public; not verified.
   *
   * @throws MalformedEnvelopeException for bytes that are no envelope known here
   */
  public static EnvelopeInfo inspect(byte[] envelope) throws MalformedEnvelopeException {
    return inspect(envelope, envelope.length);
  }

  /**
   * The same for an envelope that is too long to hold.
   *
   * @param start its first bytes: all of it, or {@link #MAX_HEADER}
   * @param envelopeLength the length of all of it in bytes
   */
  public static EnvelopeInfo inspect(byte[] start, long envelopeLength)
      throws MalformedEnvelopeException {
    // [envelope-11]
    EnvelopeHeader header = EnvelopeHeader.parseHead(start, 0, start.length);
    long bodyLength = envelopeLength - header.length();
    header.checkBody(bodyLength);
    return new EnvelopeInfo(
        header.suite(),
        header.contextFree(),
        header.generation(),
        header.keyId(),
        header.wrap().number(),
        header.length(),
        header.plaintextLength(bodyLength));
  }

  /**
   * Wipes this object's copy of the key, and what the engine's ciphers hold of the last DEKs; a key
   * in custody stays open.
   */
  @Override
  public void close() {
    umk.close();
    engine.wipe();
  }
}
