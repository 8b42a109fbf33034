package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.Tampered;
import dev.e2ee.testing.TestEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;

/** The JDK's cipher streams with long messages: THREATS.md, row 14. */
class ChunkedStreamTest {
  private static final int LENGTH = 2 * 16_384 + 700;

  private static InputStream through(Cipher cipher, byte[] bytes) {
    return new CipherInputStream(new ByteArrayInputStream(bytes), cipher);
  }

  private static byte[] written(Cipher cipher, byte[] bytes, Random random) throws IOException {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (CipherOutputStream out = new CipherOutputStream(sink, cipher)) {
      for (int done = 0; done < bytes.length; ) {
        int piece = Math.min(bytes.length - done, 1 + random.nextInt(50_000));
        out.write(bytes, done, piece);
        done += piece;
      }
    }
    return sink.toByteArray();
  }

  @EveryEngine
  void bothStreamsBothWays(TestEngine engine) throws GeneralSecurityException, IOException {
    Random random = Sample.random("ChunkedStreamTest " + engine);
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context()).chunked();
    for (int size : new int[] {65_537, 5 * 16_384, 1 << 20}) {
      byte[] plaintext = Sample.plaintext(size);
      byte[] envelope = written(engine.sealing(), plaintext, random);
      assertArrayEquals(plaintext, reference.open(envelope));
      assertArrayEquals(
          plaintext, reference.open(through(engine.sealing(), plaintext).readAllBytes()));
      assertArrayEquals(plaintext, through(engine.opening(), envelope).readAllBytes());
      assertArrayEquals(plaintext, written(engine.opening(), envelope, random));
    }
  }

  @EveryEngine
  void noFaultEndsCleanly(TestEngine engine) throws GeneralSecurityException, IOException {
    // [envelope-49] [envelope-51]
    for (Tampered fault : Tampered.all(engine.chunked(LENGTH), engine.chunked(LENGTH))) {
      ByteArrayOutputStream released = new ByteArrayOutputStream();
      InputStream in = through(engine.opening(), fault.bytes());
      Exception e = assertThrows(Exception.class, () -> in.transferTo(released));
      assertTrue(e instanceof IOException || e instanceof IllegalStateException, e.toString());
      assertEquals(fault.streamed(), e.getCause().getClass(), fault.toString());
      assertArrayEquals(
          Sample.plaintext(fault.intact() * 16_384), released.toByteArray(), fault.toString());
      InputStream byteByByte = through(engine.opening(), fault.bytes());
      assertEquals(
          e.getClass(), assertThrows(Exception.class, () -> readByteByByte(byteByByte)).getClass());
    }
  }

  /** Altered bytes with more behind them: in the header, in the body's head, in two chunks. */
  private static final int[] IN_THE_MIDDLE = {12, 100, 130, 200, 179 + 16_400 + 7};

  @EveryEngine
  void anEndlessSourceIsNotReadOnBehindAFault(TestEngine engine) throws GeneralSecurityException {
    // [envelope-50]
    for (int index : IN_THE_MIDDLE) {
      byte[] bad = engine.chunked(LENGTH);
      bad[index] ^= 1;
      InputStream endless = new SequenceInputStream(new ByteArrayInputStream(bad), new Endless());
      InputStream in = new CipherInputStream(endless, engine.opening());
      for (int i = 0; i < 2; i++) {
        Throwable e =
            Refused.with(
                IllegalStateException.class, () -> in.transferTo(OutputStream.nullOutputStream()));
        assertInstanceOf(AEADBadTagException.class, e.getCause());
      }
    }
  }

  /** Gives zeros for ever; but a test must end. */
  private static final class Endless extends InputStream {
    private long given;

    @Override
    public int read() {
      return read(new byte[1], 0, 1) < 0 ? -1 : 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      given += length;
      assertTrue(given < 1 << 22, "read on and on");
      Arrays.fill(bytes, offset, offset + length, (byte) 0);
      return length;
    }
  }

  @EveryEngine
  void anOutputStreamThatOpensIsToldBehindAFault(TestEngine engine)
      throws GeneralSecurityException, IOException {
    // [envelope-50]
    for (int index : IN_THE_MIDDLE) {
      byte[] bad = engine.chunked(LENGTH);
      bad[index] ^= 1;
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      CipherOutputStream out = new CipherOutputStream(sink, engine.opening());
      Throwable e =
          Refused.with(
              IllegalStateException.class,
              () -> {
                for (int from = 0; from < bad.length; from += 1000) {
                  out.write(bad, from, Math.min(1000, bad.length - from));
                }
              });
      assertInstanceOf(AEADBadTagException.class, e.getCause());
      out.close();
      assertEquals(index < 179 + 16_400 ? 0 : 16_384, sink.size());
    }
  }

  private static void readByteByByte(InputStream in) throws IOException {
    int read;
    do {
      read = in.read();
    } while (read >= 0);
  }

  @EveryEngine
  void everyCutOfALastChunk(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.chunked(16_384 + 40);
    for (int length = 0; length < envelope.length; length += length > 16_500 ? 1 : 331) {
      InputStream in = through(engine.opening(), Arrays.copyOf(envelope, length));
      IOException e = Refused.with(IOException.class, in::readAllBytes);
      assertInstanceOf(AEADBadTagException.class, e.getCause());
    }
  }

  @EveryEngine
  void aSickCustodyIsNoCleanEndEither(TestEngine engine) throws GeneralSecurityException {
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    byte[] envelope =
        engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.chunked()).doFinal(Sample.plaintext(LENGTH));
    CustodyException failure =
        new CustodyException(CustodyException.Kind.TRANSIENT, "what to do about it");
    key.failWith(failure);
    InputStream in = through(engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec()), envelope);
    assertSame(failure, Refused.with(CustodyException.class, in::readAllBytes));
    Refused.with(IllegalStateException.class, in::readAllBytes);
  }

  /**
   * What the JDK hides, so that a change of it is noticed: its {@link CipherOutputStream} swallows
   * a bad tag on close, so an envelope that is cut, or altered in what is written last, leaves a
   * beginning that looks like a whole. SECURITY.md tells users to open with other classes.
   */
  @EveryEngine
  void anOutputStreamThatOpensKeepsQuiet(TestEngine engine)
      throws GeneralSecurityException, IOException {
    for (Tampered fault : Tampered.all(engine.chunked(LENGTH), engine.chunked(LENGTH))) {
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      try (CipherOutputStream out = new CipherOutputStream(sink, engine.opening())) {
        out.write(fault.bytes());
      }
      byte[] verified = Sample.plaintext(fault.intact() * 16_384);
      assertTrue(sink.size() <= verified.length);
      assertArrayEquals(Arrays.copyOf(verified, sink.size()), sink.toByteArray());
    }
  }
}
