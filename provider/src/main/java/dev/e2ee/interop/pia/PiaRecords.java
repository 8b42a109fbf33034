package dev.e2ee.interop.pia;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.OpeningOperation;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.BareContext;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.internal.format.WrapAlgorithm;
import dev.e2ee.spi.internal.crypto.Engine;
import java.security.InvalidKeyException;
import java.security.Key;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes PIA's records under a UMK, and turns them into envelopes and back.
 *
 * <p>The format has no key commitment and does not bind the user to the DEK's wrap; a server can
 * replay an older pair of the same record. Keep new records in envelopes. Its context is joined
 * with colons: a component with a colon or control character, a tenant or a revision is refused
 * with {@link IllegalArgumentException}.
 */
public final class PiaRecords implements AutoCloseable {
  /** The most bytes of JSON that a record may inflate to, unless a caller says otherwise. */
  public static final int DEFAULT_INFLATED_LIMIT = 16 << 20;

  private final EnvelopeCore core;
  private final MasterKey umk;
  private final int inflatedLimit;

  private PiaRecords(EnvelopeCore core, MasterKey umk, int inflatedLimit) {
    this.core = core;
    this.umk = umk;
    this.inflatedLimit = inflatedLimit;
  }

  /**
   * Works under this UMK.
   *
   * @throws InvalidKeyException for a key that is not one, or whose custody does not wrap with
   *     AES-256-GCM
   */
  public static PiaRecords with(Key umk) throws InvalidKeyException {
    return with(umk, DEFAULT_INFLATED_LIMIT);
  }

  /**
   * Works under this UMK with another limit.
   *
   * @param inflatedLimit the most bytes of JSON that a record may inflate to, 1 or more
   */
  public static PiaRecords with(Key umk, int inflatedLimit) throws InvalidKeyException {
    if (inflatedLimit < 1 || inflatedLimit == Integer.MAX_VALUE) {
      throw new IllegalArgumentException("the limit must be 1 to 2147483646");
    }
    Engine engine = Engine.configured();
    MasterKey key = MasterKey.of(engine, umk);
    if (key.wrapAlg() != WrapAlgorithm.AES_GCM) {
      throw new InvalidKeyException("PIA knows DEKs wrapped with AES-256-GCM only");
    }
    return new PiaRecords(new EnvelopeCore(engine), key, inflatedLimit);
  }

  /** Seals a record's JSON, compressed, as newer clients do. */
  public PiaRecord seal(byte[] json, RecordContext context) {
    ContextBinding binding = BareContext.require(context);
    byte[] body = PiaBody.compress(json);
    if (body.length > EnvelopeHeader.MAX_PLAINTEXT) {
      throw new IllegalArgumentException("the compressed record is longer than 16 MiB");
    }
    try {
      return fromEnvelope(sealed(binding, body));
    } catch (MalformedEnvelopeException e) {
      throw new java.security.ProviderException("wrote an envelope that it cannot read", e);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  /**
   * Opens a record whose parts a server may have left out. In an encrypted account every record is
   * encrypted: one without a payload was planted, and its plaintext fields are nobody's.
   *
   * @throws PiaFormatException when a part is missing, or not in the format
   * @throws AEADBadTagException when it is not authentic: altered, or of another record
   */
  public byte[] open(
      @Nullable String wrappedDek, @Nullable String encryptedPayload, RecordContext context)
      throws PiaFormatException, AEADBadTagException {
    if (wrappedDek == null || encryptedPayload == null) {
      throw new PiaFormatException(
          "the record has no encrypted payload; in an encrypted account that is refused, whatever"
              + " else the server sent");
    }
    return open(new PiaRecord(wrappedDek, encryptedPayload), context);
  }

  /**
   * Opens a record and gives its JSON, inflated where it was compressed.
   *
   * @throws PiaFormatException when it is not in the format
   * @throws AEADBadTagException when it is not authentic: altered, or of another record
   */
  public byte[] open(PiaRecord record, RecordContext context)
      throws PiaFormatException, AEADBadTagException {
    byte[] envelope = toEnvelope(record, context);
    byte[] body = opened(BareContext.require(context), envelope);
    try {
      return PiaBody.json(body, inflatedLimit);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private byte[] sealed(ContextBinding binding, byte[] body) {
    byte[] envelope =
        new byte[(int) EnvelopeCore.sealedLength(umk, Suite.AES_256_GCM, body.length)];
    try (SealingOperation sealing =
        new SealingOperation(core, umk, binding, Suite.AES_256_GCM, 1)) {
      sealing.finish(body, 0, body.length, envelope, 0);
    }
    return envelope;
  }

  private byte[] opened(ContextBinding binding, byte[] envelope) throws AEADBadTagException {
    try (OpeningOperation opening = new OpeningOperation(core, umk, binding, 0, 1)) {
      return opening.finish(envelope, 0, envelope.length);
    }
  }

  /**
   * Puts an envelope's header before a record: the DEK's wrap and the payload stay as they are.
   *
   * @return an envelope whose plaintext is the record's body, compressed or not
   * @throws AEADBadTagException when the DEK's wrap is not authentic; the payload is not read
   */
  public byte[] toEnvelope(PiaRecord record, RecordContext context)
      throws PiaFormatException, AEADBadTagException {
    ContextBinding binding = BareContext.require(context);
    byte[] wrap = PiaText.base64("record's WrappedDek", record.wrappedDek());
    byte[] payload = PiaText.base64("record's EncryptedPayload", record.encryptedPayload());
    if (wrap.length != WrapAlgorithm.AES_GCM.length()) {
      throw new PiaFormatException("the record's WrappedDek has not 60 bytes");
    }
    if (payload.length < EnvelopeHeader.BOX_OVERHEAD
        || payload.length > EnvelopeHeader.BOX_OVERHEAD + EnvelopeHeader.MAX_PLAINTEXT) {
      throw new PiaFormatException("the record's EncryptedPayload has not 28 bytes to 16 MiB");
    }
    // [envelope-38]
    return core.assemble(umk, binding, wrap, payload);
  }

  /**
   * Slices an envelope into a record; no key is needed. It opens with PIA when the envelope's
   * plaintext is a body of PIA's, and its context has neither tenant nor revision.
   */
  public static PiaRecord fromEnvelope(byte[] envelope) throws MalformedEnvelopeException {
    EnvelopeHeader header = EnvelopeHeader.parse(envelope, envelope.length);
    if (header.suite() != Suite.AES_256_GCM) {
      throw new UnsupportedEnvelopeException(
          "a record of PIA's is one AES-GCM message: seal with suite AES_256_GCM");
    }
    if (header.wrap().number() != WrapAlgorithm.AES_GCM.number()) {
      throw new UnsupportedEnvelopeException(
          "PIA knows DEKs wrapped with AES-256-GCM, each for itself, only: rewrap it to a key that"
              + " does so");
    }
    if (header.contextFree()) {
      throw new MalformedEnvelopeException("an envelope without a context is no record of PIA's");
    }
    Base64.Encoder encoder = Base64.getEncoder();
    return new PiaRecord(
        encoder.encodeToString(header.wrap().bytes()),
        encoder.encodeToString(Arrays.copyOfRange(envelope, header.length(), envelope.length)));
  }

  /** Wipes this object's copy of the key; a key in custody stays open. */
  @Override
  public void close() {
    umk.close();
  }
}
