package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
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
import org.junit.jupiter.api.function.Executable;

/**
 * The JDK's cipher streams: THREATS.md, row 14. Whoever reads to the end gets the whole record or
 * an {@link IOException}, never a clean end.
 */
class StreamTest {
  private static InputStream through(Cipher cipher, byte[] bytes) {
    return new CipherInputStream(new ByteArrayInputStream(bytes), cipher);
  }

  private static byte[] written(Cipher cipher, byte[] bytes, Random random) throws IOException {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (CipherOutputStream out = new CipherOutputStream(sink, cipher)) {
      for (int done = 0; done < bytes.length; ) {
        int piece = Math.min(bytes.length - done, 1 + random.nextInt(3000));
        out.write(bytes, done, piece);
        done += piece;
        out.flush();
      }
    }
    return sink.toByteArray();
  }

  private static byte[] read(InputStream in, Random random) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[2000];
    try (in) {
      while (true) {
        int one = in.read();
        if (one < 0) {
          return all.toByteArray();
        }
        all.write(one);
        int more = in.read(piece, 0, 1 + random.nextInt(2000));
        all.write(piece, 0, Math.max(0, more));
      }
    }
  }

  @EveryEngine
  void bothStreamsBothWays(TestEngine engine) throws GeneralSecurityException, IOException {
    Random random = Sample.random("StreamTest.bothStreamsBothWays " + engine);
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    for (int size : new int[] {0, 1, 511, 512, 513, 8192, 65536}) {
      byte[] plaintext = Sample.plaintext(size);
      byte[] envelope = written(engine.sealing(), plaintext, random);
      assertArrayEquals(plaintext, reference.open(envelope));
      assertArrayEquals(
          plaintext, reference.open(read(through(engine.sealing(), plaintext), random)));
      assertArrayEquals(plaintext, read(through(engine.opening(), envelope), random));
      assertArrayEquals(plaintext, written(engine.opening(), envelope, random));
      assertArrayEquals(plaintext, through(engine.opening(), envelope).readAllBytes());
    }
  }

  /**
   * Not 16 MiB: the {@link CipherInputStream} of JDK 17 allocates the whole output again for every
   * 512 bytes that it reads, with the JDK's own GCM too; 16 MiB take it a minute.
   */
  @EveryEngine
  void aLongStreamWhenForced(TestEngine engine) throws GeneralSecurityException, IOException {
    byte[] plaintext = Sample.plaintext(1 << 20);
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    byte[] envelope = through(sealing, plaintext).readAllBytes();
    assertArrayEquals(plaintext, through(engine.opening(), envelope).readAllBytes());
  }

  private static void readToTheEndFails(TestEngine engine, byte[] bad)
      throws GeneralSecurityException {
    InputStream in = through(engine.opening(), bad);
    assertTold(in::readAllBytes);
    InputStream byteByByte = through(engine.opening(), bad);
    assertTold(byteByByte::read);
    InputStream afterSkip = through(engine.opening(), bad);
    assertTold(() -> readAfterSkip(afterSkip));
  }

  /** At the end by the JDK's exception, or by ours behind a header that is none. */
  private static void assertTold(Executable read) {
    Exception e = assertThrows(Exception.class, read);
    assertTrue(e instanceof IOException || e instanceof IllegalStateException, e.toString());
    assertInstanceOf(AEADBadTagException.class, e.getCause());
  }

  private static void readAfterSkip(InputStream in) throws IOException {
    assertEquals(0, in.skip(5), "nothing is there to skip before it was verified");
    in.readAllBytes();
  }

  @EveryEngine
  void aCutStreamNeverEndsCleanly(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealed(1000);
    for (int length = 0; length < envelope.length; length += length < 160 ? 1 : 37) {
      readToTheEndFails(engine, Arrays.copyOf(envelope, length));
    }
  }

  @EveryEngine
  void aTamperedStreamNeverEndsCleanly(TestEngine engine) throws GeneralSecurityException {
    byte[] envelope = engine.sealed(1000);
    for (int index = 0; index < envelope.length; index += 11) {
      byte[] changed = envelope.clone();
      changed[index] ^= 4;
      readToTheEndFails(engine, changed);
    }
    readToTheEndFails(engine, Arrays.copyOf(envelope, envelope.length + 1));
  }

  /** What the JDK hides, so that a change of it is noticed: SECURITY.md tells users. */
  @EveryEngine
  void closeWithoutReadingIsSilent(TestEngine engine) throws GeneralSecurityException, IOException {
    byte[] bad = engine.sealed(1000);
    bad[1150] ^= 1;
    InputStream closed = through(engine.opening(), bad);
    closed.close();
    InputStream skipped = through(engine.opening(), bad);
    assertEquals(0, skipped.skip(2000));
    assertEquals(0, skipped.available());
    skipped.close();
    InputStream failed = through(engine.opening(), bad);
    Refused.with(IOException.class, failed::read);
    assertEquals(-1, failed.read(), "the JDK's stream ends once it has thrown");
    failed.close();
  }

  /**
   * The JDK's {@link CipherOutputStream} swallows a bad tag on close. So nothing but the absence of
   * all output tells; not one byte of an unverified record is written.
   */
  @EveryEngine
  void anOutputStreamWritesNothingOfABadEnvelope(TestEngine engine)
      throws GeneralSecurityException, IOException {
    byte[] envelope = engine.sealed(1000);
    for (int index : new int[] {0, 4, 12, 40, 100, 140, 1150}) {
      byte[] bad = envelope.clone();
      bad[index] ^= 1;
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      CipherOutputStream out = new CipherOutputStream(sink, engine.opening());
      out.write(bad);
      out.close();
      assertEquals(0, sink.size());
    }
  }

  @EveryEngine
  void aMessageOverTheCapIsLoud(TestEngine engine) throws GeneralSecurityException {
    // [envelope-28]
    byte[] tooLong = new byte[(16 << 20) + 1];
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    CipherOutputStream out = new CipherOutputStream(new ByteArrayOutputStream(), sealing);
    Refused.with(IllegalStateException.class, () -> out.write(tooLong));
    Refused.with(IllegalStateException.class, out::close);
    Cipher nearlyFull = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.forced());
    nearlyFull.update(tooLong, 0, 16 << 20);
    InputStream in = through(nearlyFull, new byte[1]);
    Refused.with(IllegalStateException.class, in::readAllBytes);
  }
}
