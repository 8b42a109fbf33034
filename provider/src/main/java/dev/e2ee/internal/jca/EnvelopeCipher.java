package dev.e2ee.internal.jca;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.internal.jca.Phase.Collecting;
import dev.e2ee.internal.jca.Phase.Failed;
import dev.e2ee.internal.jca.Phase.NeedsAad;
import dev.e2ee.internal.jca.Phase.Session;
import dev.e2ee.internal.jca.Phase.Uninitialised;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Cipher} {@code E2EE-Envelope}: collects the input, then seals or opens it in one go.
 *
 * <p>{@code update} returns nothing in either direction, so no byte leaves before it is verified,
 * and the caller's buffers are only copied from and to: they may overlap.
 */
public final class EnvelopeCipher extends CompositeCipher {
  private final Home home;
  private final EnvelopeCore core;
  private Phase phase = new Uninitialised();

  /** For the service table. */
  public EnvelopeCipher(Home home) {
    this.home = home;
    this.core = new EnvelopeCore(home.engine());
  }

  @Override
  void init(int mode, Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    phase.retire();
    phase = new Failed("the last init was refused");
    if (mode != Cipher.ENCRYPT_MODE && mode != Cipher.DECRYPT_MODE) {
      throw new UnsupportedOperationException(
          "E2EE-Envelope encrypts and decrypts; to wrap a key use E2EE-DekWrap");
    }
    EnvelopeParameterSpec given =
        spec == null
            ? EnvelopeParameterSpec.withoutContext()
            : Parameters.require(EnvelopeParameterSpec.class, spec);
    MasterKey umk = MasterKey.of(home.engine(), key);
    phase = new Session(mode == Cipher.ENCRYPT_MODE, umk, given).start();
  }

  @Override
  AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
      throws InvalidAlgorithmParameterException {
    return Parameters.specOf(EnvelopeParameterSpec.class, parameters);
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    Session s = session();
    return s == null ? null : Parameters.of(home.provider(), "E2EE-Envelope", s.spec());
  }

  @Override
  protected void engineUpdateAAD(byte[] source, int offset, int length) {
    engineUpdateAAD(ByteBuffer.wrap(source, offset, length));
  }

  @Override
  protected void engineUpdateAAD(ByteBuffer source) {
    Collecting c = phase.forAad();
    if (!source.hasRemaining()) {
      return;
    }
    if (c.session().spec().context().isPresent()) {
      throw new IllegalStateException("the context was given at init: it takes the place of AAD");
    }
    if (c.input().size() > 0) {
      throw new IllegalStateException("AAD comes before the first input");
    }
    if (source.remaining() > ContextBinding.MAX_RAW_AAD - c.aad().size()) {
      throw new IllegalArgumentException(
          "AAD has at most " + ContextBinding.MAX_RAW_AAD + " bytes; hash what is longer");
    }
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    c.aad().writeBytes(bytes);
    phase = c;
  }

  @Override
  protected byte[] engineUpdate(byte[] in, int offset, int length) {
    Collecting c = phase.forInput();
    checkTakes(c, length);
    c.input().append(in, offset, length);
    return new byte[0];
  }

  @Override
  protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset) {
    engineUpdate(in, offset, length);
    return 0;
  }

  @Override
  protected int engineUpdate(ByteBuffer in, ByteBuffer out) {
    Collecting c = phase.forInput();
    checkTakes(c, in.remaining());
    c.input().append(in);
    in.position(in.limit());
    return 0;
  }

  /** Refused loudly here already: JDK streams swallow what {@code doFinal} throws on close. */
  private void checkTakes(Collecting c, int length) {
    if (!c.input().takes(length)) {
      String why = tooLong(c);
      fail(why);
      throw new IllegalStateException(why);
    }
  }

  private static String tooLong(Collecting c) {
    if (!c.session().sealing()) {
      return "the input is longer than any envelope that this build opens";
    }
    return c.input().limit() == EnvelopeHeader.MAX_PLAINTEXT
        ? "the message is longer than 16 MiB, the most that one envelope holds"
        : "the message is longer than 64 KiB; init with EnvelopeParameterSpec.withSuite(AES_256_GCM)"
            + " for up to 16 MiB";
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] in, int offset, int length)
      throws IllegalBlockSizeException, AEADBadTagException {
    Collecting c = phase.forInput();
    if (in != null) {
      appendLast(c, ByteBuffer.wrap(in, offset, length));
    }
    return finish(c);
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] in, int offset, int length, byte[] out, int outOffset)
      throws ShortBufferException, IllegalBlockSizeException, AEADBadTagException {
    ByteBuffer input = in == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(in, offset, length);
    int start = Math.min(outOffset, out.length);
    return engineDoFinal(input, ByteBuffer.wrap(out, start, out.length - start));
  }

  @Override
  protected int engineDoFinal(ByteBuffer in, ByteBuffer out)
      throws ShortBufferException, IllegalBlockSizeException, AEADBadTagException {
    Collecting c = phase.forInput();
    int before = c.input().size();
    appendLast(c, in);
    int needed = resultLength(c);
    if (out.remaining() < needed) {
      c.input().truncate(before);
      throw new ShortBufferException("the output needs " + needed + " bytes");
    }
    in.position(in.limit());
    // [envelope-30]
    byte[] result = finish(c);
    out.put(result);
    if (!c.session().sealing()) {
      Arrays.fill(result, (byte) 0);
    }
    return result.length;
  }

  private void appendLast(Collecting c, ByteBuffer in)
      throws IllegalBlockSizeException, MalformedEnvelopeException {
    if (!c.input().takes(in.remaining())) {
      String why = tooLong(c);
      fail(why);
      if (c.session().sealing()) {
        throw new IllegalBlockSizeException(why);
      }
      throw new MalformedEnvelopeException(why);
    }
    c.input().append(in);
  }

  /** The exact length of what {@link #finish} will give. */
  private int resultLength(Collecting c) throws MalformedEnvelopeException {
    int size = c.input().size();
    if (c.session().sealing()) {
      return EnvelopeCore.sealedLength(c.session().umk(), size);
    }
    try {
      return EnvelopeHeader.parse(c.input().array(), size).plaintextLength(size);
    } catch (MalformedEnvelopeException e) {
      fail("the last envelope was refused");
      throw e;
    }
  }

  private byte[] finish(Collecting c) throws AEADBadTagException {
    Session s = c.session();
    InputBuffer input = c.input();
    Phase next = new Failed("the last operation was refused");
    try {
      byte[] result =
          s.sealing()
              ? core.seal(s.umk(), c.binding(), input.array(), 0, input.size())
              : core.open(
                  s.umk(), c.binding(), s.spec().minimumGeneration(), input.array(), input.size());
      next = c.next();
      return result;
    } finally {
      if (next instanceof Failed) {
        c.retire();
      }
      phase = next;
    }
  }

  private void fail(String why) {
    phase.retire();
    phase = new Failed(why);
  }

  /**
   * Exact, but for an envelope that came in pieces and is over 64 KiB: then it grows in doubling
   * steps, because the JDK's CipherInputStream allocates so much anew whenever it has grown.
   */
  @Override
  protected int engineGetOutputSize(int inputLength) {
    Session s = session();
    if (s == null) {
      return 0;
    }
    int collected = phase instanceof Collecting c ? c.input().size() : 0;
    long total = (long) collected + Math.max(0, inputLength);
    long overhead = EnvelopeCore.sealedLength(s.umk(), 0);
    long size = s.sealing() ? total + overhead : total - EnvelopeHeader.LEAST_OVERHEAD;
    if (!s.sealing() && collected > EnvelopeHeader.MAX_PLAINTEXT_UNFORCED) {
      size = Long.highestOneBit(size) << 1;
    }
    return (int) Math.max(0, Math.min(size, Integer.MAX_VALUE));
  }

  /** What init set up, also while the next record's AAD is awaited. */
  private @Nullable Session session() {
    if (phase instanceof Collecting c) {
      return c.session();
    }
    return phase instanceof NeedsAad n ? n.session() : null;
  }
}
