package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;
import javax.crypto.IllegalBlockSizeException;

/**
 * [envelope-28] [envelope-46] Up to 65,536 bytes suite 1, beyond suite 2, however the bytes arrive;
 * or the suite that the caller forces.
 */
class SuiteChoiceTest {
  private static final int MOST_OF_ONE = 65_536;

  /** One way to bring a plaintext to an envelope. */
  private interface Sealer {
    byte[] seal(TestEngine engine, byte[] plaintext) throws GeneralSecurityException, IOException;
  }

  private static final Map<String, Sealer> SEALERS = new LinkedHashMap<>();

  static {
    SEALERS.put("doFinal", (engine, in) -> engine.sealing().doFinal(in));
    SEALERS.put("typed", SuiteChoiceTest::typed);
    SEALERS.put("doFinal into an array", SuiteChoiceTest::intoArray);
    SEALERS.put("buffers", (engine, in) -> buffers(engine, in, false));
    SEALERS.put("direct buffers", (engine, in) -> buffers(engine, in, true));
    SEALERS.put("CipherInputStream", SuiteChoiceTest::cipherInputStream);
    SEALERS.put("CipherOutputStream", (engine, in) -> cipherOutputStream(engine, in, 4096));
    SEALERS.put("CipherOutputStream at once", (e, in) -> cipherOutputStream(e, in, in.length));
    SEALERS.put("EnvelopeOutputStream", (engine, in) -> envelopeStream(engine, in, 1000));
    SEALERS.put("EnvelopeOutputStream at once", (e, in) -> envelopeStream(e, in, in.length));
    for (int first : new int[] {1, 16_383, 16_384, 65_535, 65_536, 65_537}) {
      SEALERS.put("update of " + first + ", doFinal", (e, in) -> updates(e, in, first, false));
      SEALERS.put("update of " + first + ", update", (e, in) -> updates(e, in, first, true));
    }
  }

  private static byte[] typed(TestEngine engine, byte[] in) throws GeneralSecurityException {
    try (Envelope envelope = Envelope.with(Sample.umk(), engine.provider())) {
      return envelope.seal(in, Sample.context());
    }
  }

  private static byte[] intoArray(TestEngine engine, byte[] in) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    byte[] out = new byte[cipher.getOutputSize(in.length)];
    return Arrays.copyOf(out, cipher.doFinal(in, 0, in.length, out));
  }

  private static byte[] buffers(TestEngine engine, byte[] in, boolean direct)
      throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    int room = cipher.getOutputSize(in.length);
    ByteBuffer out = direct ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room);
    ByteBuffer source = direct ? ByteBuffer.allocateDirect(in.length) : ByteBuffer.wrap(in);
    byte[] sealed = new byte[cipher.doFinal(direct ? source.put(in).flip() : source, out)];
    out.flip().get(sealed);
    return sealed;
  }

  private static byte[] updates(TestEngine engine, byte[] in, int first, boolean allInUpdates)
      throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    int cut = Math.min(first, in.length);
    byte[] start = cipher.update(in, 0, cut);
    assertEquals(cut <= MOST_OF_ONE, start == null || start.length == 0, "first of " + cut);
    byte[] middle = allInUpdates ? cipher.update(in, cut, in.length - cut) : null;
    byte[] end = allInUpdates ? cipher.doFinal() : cipher.doFinal(in, cut, in.length - cut);
    return ReferenceEnvelope.concat(orNothing(start), orNothing(middle), end);
  }

  private static byte[] orNothing(byte[] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }

  private static byte[] cipherInputStream(TestEngine engine, byte[] in)
      throws GeneralSecurityException, IOException {
    try (CipherInputStream stream =
        new CipherInputStream(new ByteArrayInputStream(in), engine.sealing())) {
      return stream.readAllBytes();
    }
  }

  private static byte[] cipherOutputStream(TestEngine engine, byte[] in, int piece)
      throws GeneralSecurityException, IOException {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (CipherOutputStream out = new CipherOutputStream(sink, engine.sealing())) {
      write(out, in, piece);
    }
    return sink.toByteArray();
  }

  private static byte[] envelopeStream(TestEngine engine, byte[] in, int piece)
      throws GeneralSecurityException, IOException {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (Envelope envelope = Envelope.with(Sample.umk(), engine.provider());
        EnvelopeOutputStream out = envelope.sealing(sink, Sample.context())) {
      write(out, in, piece);
      out.finish();
    }
    return sink.toByteArray();
  }

  private static void write(OutputStream out, byte[] in, int piece) throws IOException {
    for (int from = 0; from < in.length; from += piece) {
      out.write(in, from, Math.min(piece, in.length - from));
    }
  }

  @EveryEngine
  void theLengthAloneDecides(TestEngine engine) throws GeneralSecurityException, IOException {
    for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 100_000}) {
      byte[] plaintext = Sample.plaintext(size);
      for (var sealer : SEALERS.entrySet()) {
        byte[] envelope = sealer.getValue().seal(engine, plaintext);
        assertSuite(size <= MOST_OF_ONE ? 1 : 2, plaintext, envelope, sealer.getKey());
      }
    }
  }

  private static void assertSuite(int suite, byte[] plaintext, byte[] envelope, String how) {
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    int length = plaintext.length;
    assertEquals(suite, envelope[5], () -> how + ", " + length);
    assertEquals(
        suite == 1 ? length + Sample.OVERHEAD : Sample.chunkedLength(length),
        envelope.length,
        () -> how + ", " + length);
    assertArrayEquals(plaintext, (suite == 1 ? reference : reference.chunked()).open(envelope));
  }

  @EveryEngine
  void nothingIsWrittenBeforeItIsSure(TestEngine engine) throws GeneralSecurityException {
    Cipher cipher = engine.sealing();
    byte[] none = {};
    for (int i = 0; i < 64; i++) {
      assertEquals(0, cipher.update(Sample.plaintext(1024), 0, 1024, none));
    }
    byte[] start = cipher.update(new byte[1]);
    assertEquals(179 + 4 * 16_400, start.length, "the header, and all chunks that are full");
    assertEquals(2, start[5]);
    assertEquals(17, cipher.doFinal().length);
  }

  @EveryEngine
  void whatIsForcedIsTaken(TestEngine engine) throws GeneralSecurityException, IOException {
    // [envelope-45]
    for (int size : new int[] {0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 1 << 20}) {
      byte[] plaintext = Sample.plaintext(size);
      for (Suite suite : Suite.values()) {
        EnvelopeParameterSpec spec = Sample.spec().withSuite(suite);
        Cipher atOnce = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), spec);
        assertSuite(suite.number(), plaintext, atOnce.doFinal(plaintext), "at once");
        Cipher pieces = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), spec);
        int half = size / 2;
        byte[] start = orNothing(pieces.update(plaintext, 0, half));
        assertEquals(suite == Suite.AES_256_GCM || half == 0, start.length == 0);
        byte[] end = pieces.doFinal(plaintext, half, size - half);
        assertSuite(
            suite.number(), plaintext, ReferenceEnvelope.concat(start, end), "in two pieces");
        try (Envelope envelope = Envelope.with(Sample.umk(), engine.provider()).withSuite(suite)) {
          byte[] typed = envelope.seal(plaintext, Sample.context());
          assertSuite(suite.number(), plaintext, typed, "typed");
          assertArrayEquals(plaintext, envelope.open(typed, Sample.context()));
        }
      }
    }
  }

  @EveryEngine
  void at16MebibytesOnlySuiteOneEnds(TestEngine engine) throws GeneralSecurityException {
    for (int size : new int[] {16 << 20, (16 << 20) + 1}) {
      byte[] plaintext = Sample.plaintext(size);
      Cipher chunked = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.chunked());
      byte[] envelope = chunked.doFinal(plaintext);
      assertEquals(2, envelope[5]);
      assertTrue(Arrays.equals(plaintext, engine.opening().doFinal(envelope)));
      Cipher whole = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
      if (size == 16 << 20) {
        assertEquals(size + Sample.OVERHEAD, whole.doFinal(plaintext).length);
      } else {
        Refused.with(IllegalBlockSizeException.class, () -> whole.doFinal(plaintext));
      }
    }
  }
}
