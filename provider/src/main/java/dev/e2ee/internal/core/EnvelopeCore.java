package dev.e2ee.internal.core;

import dev.e2ee.envelope.Suite;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.internal.chunk.ChunkedAccess;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.internal.format.WrapField;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;

/**
 * Envelopes, as {@code testvectors/spec/envelope.md} has them: the header of both suites, and the
 * body of suite 1. Stateless: everything comes in, bytes go out.
 */
public final class EnvelopeCore {
  /** The one message for every reason why an envelope may not be authentic. */
  public static final String NOT_AUTHENTIC =
      "the envelope is not authentic: it was altered, or it belongs to another context or key";

  /** The one message for a bare DEK wrap that does not open. */
  public static final String DEK_NOT_AUTHENTIC =
      "the wrapped DEK is not authentic: it was altered, or it belongs to another record or key";

  private static final int DEK_LENGTH = RecordKey.LENGTH;
  private static final byte[] COMMITMENT_LABEL =
      "e2ee-commit-v1\0".getBytes(StandardCharsets.US_ASCII);

  private final Engine engine;

  /** The core that computes with this engine. */
  public EnvelopeCore(Engine engine) {
    this.engine = engine;
  }

  /** What computes. */
  Engine engine() {
    return engine;
  }

  /** The length of the envelope of a message whose DEK is wrapped for itself, in bytes. */
  public static long sealedLength(MasterKey umk, Suite suite, long plaintextLength) {
    return sealedLength(umk, false, suite, plaintextLength);
  }

  /** The same, also for a DEK that is derived. */
  static long sealedLength(MasterKey umk, boolean derived, Suite suite, long plaintextLength) {
    return EnvelopeHeader.length(WrapField.length(umk.wrapAlg(), derived))
        + (suite == Suite.AES_256_GCM
            ? EnvelopeHeader.BOX_OVERHEAD + plaintextLength
            : ChunkedBody.sealedLength(plaintextLength));
  }

  /** A fresh DEK of 32 bytes. */
  SecretBytes newDek() {
    // [envelope-27]
    return SecretBytes.adopt(engine.random(DEK_LENGTH));
  }

  /** The DEK of an envelope that begins, to be closed, and the header that has it. */
  record Begun(EnvelopeHeader header, SecretBytes dek) implements AutoCloseable {
    @Override
    public void close() {
      dek.close();
    }
  }

  /**
   * A header for a DEK of its own.
   *
   * @param plaintextLength empty while it is not known
   */
  Begun begin(MasterKey umk, ContextBinding binding, Suite suite, OptionalLong plaintextLength) {
    // [envelope-60]
    if (plaintextLength.isPresent() && umk.derives(plaintextLength.getAsLong())) {
      return beginDerived(umk, binding, suite, plaintextLength.getAsLong());
    }
    SecretBytes dek = newDek();
    return begun(dek, () -> header(umk, binding, suite, dek));
  }

  private Begun beginDerived(
      MasterKey umk, ContextBinding binding, Suite suite, long plaintextLength) {
    try (DataKeys.Lease dataKey = umk.dataKey(engine, plaintextLength)) {
      // [envelope-27] [envelope-58]
      byte[] salt = engine.random(WrapField.SALT);
      SecretBytes dek = RecordKey.derive(engine, dataKey.key(), salt, binding);
      WrapField wrap = WrapField.ofDataKey(umk.wrapAlg(), dataKey.wrap(), salt);
      return begun(dek, () -> commit(umk, binding, suite, dek, wrap));
    }
  }

  private static Begun begun(SecretBytes dek, Supplier<EnvelopeHeader> header) {
    boolean done = false;
    try {
      Begun begun = new Begun(header.get(), dek);
      done = true;
      return begun;
    } finally {
      // [envelope-32]
      if (!done) {
        dek.close();
      }
    }
  }

  /** Seals a message under a fresh DEK into one box; the arrays must not overlap. */
  int sealWhole(
      MasterKey umk,
      ContextBinding binding,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    // [envelope-32]
    try (Begun begun = begin(umk, binding, Suite.AES_256_GCM, OptionalLong.of(length))) {
      EnvelopeHeader header = begun.header();
      header.writeTo(out, outOffset);
      int body = outOffset + header.length();
      Box.seal(engine, begun.dek(), in, offset, length, binding.payloadAad(), out, body);
      return header.length() + Box.OVERHEAD + length;
    }
  }

  /** Opens the one box that is the body of suite 1, into an array of its own. */
  byte[] openWhole(
      SecretBytes dek, ContextBinding binding, byte[] in, int bodyOffset, int bodyLength)
      throws AEADBadTagException {
    return Box.open(engine, dek, in, bodyOffset, bodyLength, binding.payloadAad());
  }

  /**
   * Wraps the DEK of an envelope anew, for itself; the body is not needed.
   *
   * @param minimumGeneration the least generation of the old key to accept
   * @param envelope the old header, and what of the body is at hand: a body of suite 2 that is not
   *     this header's is refused when its first 56 bytes are there
   * @return the new header, for the same body
   * @throws AEADBadTagException when the header is not authentic
   */
  public EnvelopeHeader rewrap(
      MasterKey from, MasterKey to, ContextBinding binding, int minimumGeneration, byte[] envelope)
      throws AEADBadTagException {
    EnvelopeHeader old = EnvelopeHeader.parseHead(envelope, 0, envelope.length);
    // [envelope-24] [envelope-33]
    try (SecretBytes dek = unwrapDek(from, binding, minimumGeneration, old)) {
      int body = old.length();
      if (old.suite() == Suite.AES_256_GCM_CHUNKED && envelope.length >= body + ChunkedBody.HEAD) {
        byte[] head = Arrays.copyOfRange(envelope, body, body + ChunkedBody.HEAD);
        chunks(dek, binding, old, head).close();
      }
      // [envelope-63]
      return header(to, binding, old.suite(), dek);
    }
  }

  /**
   * Wraps the DEK of a whole envelope anew, and opens what comes of it before anybody has it: what
   * the new key unwraps is that DEK, and opens the body to its end. The new commitment is not
   * derived a second time from the DEK, header and context that it was just derived from.
   *
   * @param old the header of the envelope
   * @return the envelope under the new key
   * @throws AEADBadTagException when the envelope is not authentic, body included
   * @throws CustodyException when the new key does not unwrap what it wrapped
   */
  public byte[] move(
      MasterKey from, MasterKey to, ContextBinding binding, EnvelopeHeader old, byte[] envelope)
      throws AEADBadTagException {
    // [envelope-33]
    try (SecretBytes dek = unwrapDek(from, binding, 0, old)) {
      // [envelope-63]
      EnvelopeHeader fresh = header(to, binding, old.suite(), dek);
      int body = old.length();
      byte[] moved = join(fresh, envelope, body, envelope.length - body);
      // [rotation-7]
      try (SecretBytes again = unwrappedAgain(to, binding, fresh, dek)) {
        Arrays.fill(OpeningOperation.open(this, again, binding, fresh, moved), (byte) 0);
      }
      return moved;
    }
  }

  /** The DEK out of a wrap that was made a moment ago, by the key that made it. */
  private static SecretBytes unwrappedAgain(
      MasterKey umk, ContextBinding binding, EnvelopeHeader header, SecretBytes dek) {
    SecretBytes again;
    try {
      again = umk.unwrap(header.wrap().wrapped(), binding.dekAad());
    } catch (AEADBadTagException e) {
      throw doesNotUnwrapItsOwn(umk);
    }
    if (!again.sameBytes(dek)) {
      again.close();
      throw doesNotUnwrapItsOwn(umk);
    }
    return again;
  }

  /** What to say of a key that contradicts itself; nothing is known of the record then. */
  public static CustodyException doesNotUnwrapItsOwn(MasterKey umk) {
    return new CustodyException(
        CustodyException.Kind.TRANSIENT,
        "the key "
            + umk.id()
            + " does not unwrap what it has just wrapped, so this record was left as it is; what was"
            + " moved before is under that key: keep it, and find out what is wrong with its custody"
            + " (e2ee custody probe URI) or with this computer");
  }

  /**
   * The chunks of a body of suite 2, once its commitment is verified.
   *
   * @param head salt and commitment, 56 bytes
   * @throws AEADBadTagException when it is not the body of this header
   */
  ChunkedAccess chunks(SecretBytes dek, ContextBinding binding, EnvelopeHeader header, byte[] head)
      throws AEADBadTagException {
    try {
      byte[] context = SealingOperation.chunkContext(header, binding);
      return ChunkedAccess.start(engine, dek, head, context);
    } catch (AEADBadTagException e) {
      // [envelope-29]
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
      WrapField field = WrapField.ofDek(umk.wrapAlg(), wrap);
      return join(commit(umk, binding, Suite.AES_256_GCM, dek, field), body, 0, body.length);
    } catch (AEADBadTagException e) {
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
  }

  /** A header before a body that is copied as it is. */
  public static byte[] join(EnvelopeHeader header, byte[] body, int offset, int length) {
    byte[] out = new byte[header.length() + length];
    header.writeTo(out, 0);
    System.arraycopy(body, offset, out, header.length(), length);
    return out;
  }

  /** The header that wraps this DEK and commits to it. */
  EnvelopeHeader header(MasterKey umk, ContextBinding binding, Suite suite, SecretBytes dek) {
    byte[] wrapped = umk.wrap(dek, binding.dekAad());
    return commit(umk, binding, suite, dek, WrapField.ofDek(umk.wrapAlg(), wrapped));
  }

  private EnvelopeHeader commit(
      MasterKey umk, ContextBinding binding, Suite suite, SecretBytes dek, WrapField wrap) {
    EnvelopeHeader header =
        EnvelopeHeader.of(suite, binding.contextFree(), umk.generation(), umk.id(), wrap);
    return header.committing(commitment(dek, header, binding));
  }

  /**
   * Unwraps the DEK that a header carries, and verifies the header; the caller closes the DEK.
   *
   * @throws WrongKeyException when the key is another one than the header names, or older than the
   *     minimum
   * @throws AEADBadTagException for everything else
   */
  SecretBytes unwrapDek(
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
    Found first = found(named, header, binding);
    if (first.verified()) {
      return first.dek();
    }
    try (SecretBytes wrong = first.dek()) {
      // [envelope-65]
      if (named.mayErr()) {
        return foundAgain(named, header, binding, wrong);
      }
    }
    throw new AEADBadTagException(NOT_AUTHENTIC);
  }

  /** A DEK that was unwrapped, and whether the header commits to it. */
  private record Found(SecretBytes dek, boolean verified) {}

  private Found found(MasterKey umk, EnvelopeHeader header, ContextBinding binding)
      throws AEADBadTagException {
    SecretBytes dek = unwrapped(umk, header, binding);
    boolean done = false;
    try {
      // [envelope-26]
      Found found =
          new Found(
              dek, MessageDigest.isEqual(commitment(dek, header, binding), header.commitment()));
      done = true;
      return found;
    } finally {
      // [envelope-32]
      if (!done) {
        dek.close();
      }
    }
  }

  /** A custody that gives another DEK the next time is sick: that says nothing of the envelope. */
  private SecretBytes foundAgain(
      MasterKey umk, EnvelopeHeader header, ContextBinding binding, SecretBytes before)
      throws AEADBadTagException {
    if (header.wrap().isDerived()) {
      umk.forgetDataKey(engine, header.wrap().wrapped());
    }
    Found again;
    try {
      again = found(umk, header, binding);
    } catch (AEADBadTagException e) {
      throw contradictsItself(umk);
    }
    if (again.verified()) {
      return again.dek();
    }
    try (SecretBytes wrong = again.dek()) {
      if (!wrong.sameBytes(before)) {
        throw contradictsItself(umk);
      }
    }
    throw new AEADBadTagException(NOT_AUTHENTIC);
  }

  private static CustodyException contradictsItself(MasterKey umk) {
    return new CustodyException(
        CustodyException.Kind.TRANSIENT,
        "the custody of "
            + umk.id()
            + " answered twice in two ways to one wrap, so nothing is known of the envelope; find out"
            + " what is wrong with it: e2ee custody probe URI");
  }

  private SecretBytes unwrapped(MasterKey umk, EnvelopeHeader header, ContextBinding binding)
      throws AEADBadTagException {
    WrapField wrap = header.wrap();
    try {
      if (!wrap.isDerived()) {
        return checkedDek(umk.unwrap(wrap.wrapped(), binding.dekAad()));
      }
      // [envelope-57] [envelope-62]
      try (SecretBytes dataKey = checkedDek(umk.unwrapDataKey(engine, wrap.wrapped()))) {
        return RecordKey.derive(engine, dataKey, wrap.salt(), binding);
      }
    } catch (AEADBadTagException e) {
      // [envelope-29]
      throw new AEADBadTagException(NOT_AUTHENTIC);
    }
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
