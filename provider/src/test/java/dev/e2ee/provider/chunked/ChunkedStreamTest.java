package dev.e2ee.provider.chunked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
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
      IOException e = Refused.with(IOException.class, () -> in.transferTo(released));
      assertEquals(fault.streamed(), e.getCause().getClass(), fault.toString());
      assertArrayEquals(
          Sample.plaintext(fault.intact() * 16_384), released.toByteArray(), fault.toString());
      InputStream byteByByte = through(engine.opening(), fault.bytes());
      Refused.with(IOException.class, () -> readByteByByte(byteByByte));
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
   * a bad tag on close, so a cut envelope leaves a beginning that looks like a whole. SECURITY.md
   * tells users to open with other classes.
   */
  @EveryEngine
  void anOutputStreamThatOpensKeepsQuiet(TestEngine engine)
      throws GeneralSecurityException, IOException {
    for (Tampered fault : Tampered.all(engine.chunked(LENGTH), engine.chunked(LENGTH))) {
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      try (CipherOutputStream out = new CipherOutputStream(sink, engine.opening())) {
        byte[] bytes = fault.bytes();
        out.write(bytes, 0, bytes.length / 2);
        out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
      }
      byte[] verified = Sample.plaintext(fault.intact() * 16_384);
      assertTrue(sink.size() <= verified.length);
      assertArrayEquals(Arrays.copyOf(verified, sink.size()), sink.toByteArray());
    }
  }
}
