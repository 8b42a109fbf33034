package dev.e2ee.internal.jca;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.EnvelopeOperation;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.RefusedOperation;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.jca.Phase.Failed;
import dev.e2ee.internal.jca.Phase.NeedsAad;
import dev.e2ee.internal.jca.Phase.Session;
import dev.e2ee.internal.jca.Phase.TakesAad;
import dev.e2ee.internal.jca.Phase.Uninitialised;
import dev.e2ee.internal.jca.Phase.Working;
import dev.e2ee.internal.primitive.cipher.OneInitCipher;
import dev.e2ee.spi.NotApprovedException;
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
 * {@code Cipher} {@code E2EE-Envelope}. Short messages leave with {@code doFinal}; of long ones
 * {@code update} gives what is certain: sealed chunks, and on opening only verified ones.
 *
 * <p>The caller's buffers may overlap. An envelope that {@code update} finds to be altered is
 * refused by {@code doFinal}, which existing programs expect, and by a further {@code update}.
 */
public final class EnvelopeCipher extends OneInitCipher {
  private static final String TOO_LONG =
      "the message is longer than 16 MiB, the most of suite AES_256_GCM; leave the suite open";
  private static final int KEY_BITS = 256;
  private static final String REFUSED = "the last operation was refused";

  private final Home home;
  private final EnvelopeCore core;
  private Phase phase = new Uninitialised();

  /** For the service table. */
  public EnvelopeCipher(Home home) {
    this.home = home;
    this.core = new EnvelopeCore(home.engine());
  }

  @Override
  protected void init(int mode, @Nullable Key key, @Nullable AlgorithmParameterSpec spec)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    MasterKey before = phase.leave();
    phase = new Failed("the last init was refused");
    MasterKey umk = null;
    try {
      if (mode != Cipher.ENCRYPT_MODE && mode != Cipher.DECRYPT_MODE) {
        throw new UnsupportedOperationException(
            "E2EE-Envelope encrypts and decrypts; to wrap a key use E2EE-DekWrap");
      }
      EnvelopeParameterSpec given =
          spec == null
              ? EnvelopeParameterSpec.withoutContext()
              : Parameters.require(EnvelopeParameterSpec.class, spec);
      requireApproved(given);
      umk = reusing(given, MasterKey.of(home.engine(), key, before));
      phase = new Session(core, mode == Cipher.ENCRYPT_MODE, umk, given).start();
    } finally {
      if (before != null && before != umk) {
        before.close();
      }
    }
  }

  private static MasterKey reusing(EnvelopeParameterSpec spec, MasterKey umk)
      throws InvalidAlgorithmParameterException {
    if (spec.dataKeyReuse().isEmpty()) {
      return umk;
    }
    try {
      return umk.reusing(spec.dataKeyReuse().get());
    } catch (IllegalArgumentException e) {
      umk.close();
      throw new InvalidAlgorithmParameterException(e.getMessage(), e);
    }
  }

  private void requireApproved(EnvelopeParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    try {
      SealingOperation.requireApproved(home.engine(), spec.suite().orElse(null));
    } catch (NotApprovedException e) {
      throw Refusals.parameters(e);
    }
  }

  @Override
  protected AlgorithmParameterSpec specOf(AlgorithmParameters parameters)
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
    TakesAad current = phase.forAad();
    if (!source.hasRemaining()) {
      return;
    }
    if (current.session().spec().context().isPresent()) {
      throw new IllegalStateException("the context was given at init: it takes the place of AAD");
    }
    if (source.remaining() > ContextBinding.MAX_RAW_AAD - current.aad().size()) {
      throw new IllegalArgumentException(
          "AAD has at most " + ContextBinding.MAX_RAW_AAD + " bytes; hash what is longer");
    }
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    current.aad().writeBytes(bytes);
    phase = current;
  }

  @Override
  protected byte[] engineUpdate(byte[] in, int offset, int length) {
    Working working = forUpdate(length);
    byte[] out = Output.array(working.operation().outputLength(in, offset, length, false));
    int written = update(working, in, offset, length, out, 0);
    return written == out.length ? out : Arrays.copyOf(out, written);
  }

  @Override
  protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int outOffset)
      throws ShortBufferException {
    return engineUpdate(ByteBuffer.wrap(in, offset, length), behind(out, outOffset));
  }

  @Override
  protected int engineUpdate(ByteBuffer in, ByteBuffer out) throws ShortBufferException {
    Working working = forUpdate(in.remaining());
    try (Bytes input = Bytes.of(in, out);
        Output output = Output.in(out, outputLength(working, input, false))) {
      int written =
          update(
              working,
              input.array(),
              input.offset(),
              input.length(),
              output.array(),
              output.offset());
      in.position(in.limit());
      return output.give(written);
    }
  }

  /**
   * The phase for so many bytes of input. What is too long is refused loudly here already: JDK
   * streams swallow what {@code doFinal} throws on close.
   */
  private Working forUpdate(int length) {
    Working working = phase.forInput();
    if (!working.operation().takes(length)) {
      fail(TOO_LONG);
      throw new IllegalStateException(TOO_LONG);
    }
    return working;
  }

  private int update(
      Working working, byte[] in, int offset, int length, byte[] out, int outOffset) {
    if (length == 0) {
      return 0;
    }
    boolean refused = working.operation() instanceof RefusedOperation;
    Phase next = refused ? working : new Failed(REFUSED);
    try {
      int written = working.operation().update(in, offset, length, out, outOffset);
      next = working;
      return written;
    } catch (AEADBadTagException e) {
      working.retire();
      next = new Working(working.session(), working.hadAad(), new RefusedOperation(e));
      return 0;
    } finally {
      leave(working, next);
    }
  }

  @Override
  protected byte[] engineDoFinal(byte @Nullable [] in, int offset, int length)
      throws IllegalBlockSizeException, AEADBadTagException {
    Working working = forDoFinal(length);
    byte[] bytes = bytes(in);
    Output.requireArray(working.operation().outputLength(bytes, offset, length, true));
    Phase next = new Failed(REFUSED);
    try {
      byte[] result = working.operation().finish(bytes, offset, length);
      next = working.next();
      return result;
    } finally {
      leave(working, next);
    }
  }

  @Override
  protected int engineDoFinal(
      byte @Nullable [] in, int offset, int length, byte[] out, int outOffset)
      throws ShortBufferException, IllegalBlockSizeException, AEADBadTagException {
    return engineDoFinal(ByteBuffer.wrap(bytes(in), offset, length), behind(out, outOffset));
  }

  @Override
  protected int engineDoFinal(ByteBuffer in, ByteBuffer out)
      throws ShortBufferException, IllegalBlockSizeException, AEADBadTagException {
    Working working = forDoFinal(in.remaining());
    Phase next = phase;
    try (Bytes input = Bytes.of(in, out);
        Output output = Output.in(out, outputLength(working, input, true))) {
      next = new Failed(REFUSED);
      int written =
          working
              .operation()
              .finish(
                  input.array(), input.offset(), input.length(), output.array(), output.offset());
      in.position(in.limit());
      next = working.next();
      return output.give(written);
    } finally {
      leave(working, next);
    }
  }

  private Working forDoFinal(int length) throws IllegalBlockSizeException {
    Working working = phase.forInput();
    if (!working.operation().takes(length)) {
      fail(TOO_LONG);
      throw new IllegalBlockSizeException(TOO_LONG);
    }
    return working;
  }

  private static long outputLength(Working working, Bytes in, boolean last) {
    return working.operation().outputLength(in.array(), in.offset(), in.length(), last);
  }

  private static byte[] bytes(byte @Nullable [] in) {
    return in == null ? new byte[0] : in;
  }

  private static ByteBuffer behind(byte[] out, int offset) {
    int start = Math.min(offset, out.length);
    return ByteBuffer.wrap(out, start, out.length - start);
  }

  private void leave(Working working, Phase next) {
    if (next instanceof Failed) {
      working.retire();
    }
    phase = next;
  }

  private void fail(String why) {
    phase.retire();
    phase = new Failed(why);
  }

  @Override
  protected int engineGetOutputSize(int inputLength) {
    Session session = session();
    if (session == null) {
      return 0;
    }
    EnvelopeOperation operation =
        phase instanceof Working w ? w.operation() : session.operation(ContextBinding.none());
    return (int) Math.min(operation.outputBound(Math.max(0, inputLength)), Integer.MAX_VALUE);
  }

  /** None: nonces are drawn inside, and lie in what is written. */
  @Override
  protected byte @Nullable [] engineGetIV() {
    return null;
  }

  @Override
  protected int engineGetBlockSize() {
    return 0;
  }

  @Override
  protected int engineGetKeySize(Key key) {
    return KEY_BITS;
  }

  /** What init set up. */
  private @Nullable Session session() {
    if (phase instanceof Working w) {
      return w.session();
    }
    if (phase instanceof TakesAad t) {
      return t.session();
    }
    return phase instanceof NeedsAad n ? n.session() : null;
  }
}
