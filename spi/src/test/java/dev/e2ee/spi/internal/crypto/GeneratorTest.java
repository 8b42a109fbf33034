package dev.e2ee.spi.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** One generator, against a second computation of what it says it does. */
class GeneratorTest {
  private static final Provider AES = Security.getProvider("SunJCE");

  private static final long START = 1_000_000;

  private final CountingParent parent = new CountingParent();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
  private final Generator generator = new Generator(parent, AES, nanos::get);

  private byte[] draw(long now, int length) {
    byte[] out = new byte[length];
    generator.fill(now, out);
    return out;
  }

  /** The first bytes of AES-256-CTR from block 0 on. */
  private static byte[] keystream(byte[] key, int length) throws GeneralSecurityException {
    Cipher ctr = Cipher.getInstance("AES/CTR/NoPadding");
    ctr.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
    return ctr.doFinal(new byte[length]);
  }

  /** The key that comes after this one. */
  private static byte[] after(byte[] key, byte[] fresh) throws GeneralSecurityException {
    byte[] next = keystream(key, 32);
    for (int i = 0; i < next.length; i++) {
      next[i] ^= fresh[i];
    }
    return next;
  }

  private static byte[] output(byte[] key) throws GeneralSecurityException {
    return Arrays.copyOfRange(keystream(key, 32 + Generator.OUTPUT), 32, 32 + Generator.OUTPUT);
  }

  @Test
  void isFastKeyErasureOverTheSeed() throws GeneralSecurityException {
    byte[] key = after(new byte[32], CountingParent.bytes(1, 32));
    assertArrayEquals(output(key), draw(START, Generator.OUTPUT));
    byte[] second = after(key, new byte[32]);
    assertArrayEquals(output(second), draw(START, Generator.OUTPUT));
    byte[] third = after(second, new byte[32]);
    byte[] fourth = after(third, new byte[32]);
    byte[] both = Arrays.copyOf(output(third), 2 * Generator.OUTPUT);
    System.arraycopy(output(fourth), 0, both, Generator.OUTPUT, Generator.OUTPUT);
    assertArrayEquals(both, draw(START, 2 * Generator.OUTPUT));
    assertEquals(1, parent.seeds());
  }

  @Test
  void givesTheSameInPiecesOfAnySize() throws GeneralSecurityException {
    byte[] expected = output(after(new byte[32], CountingParent.bytes(1, 32)));
    ByteBuffer out = ByteBuffer.allocate(Generator.OUTPUT);
    for (int size = 1; out.hasRemaining(); size = size % 61 + 1) {
      out.put(draw(START, Math.min(size, out.remaining())));
    }
    assertArrayEquals(expected, out.array());
  }

  @Test
  void mixesInFreshBytesWhenTheSeedIsOldAndThrowsAwayWhatWaited() throws GeneralSecurityException {
    byte[] key = after(new byte[32], CountingParent.bytes(1, 32));
    assertArrayEquals(Arrays.copyOf(output(key), 40), draw(START, 40));
    byte[] waiting = Arrays.copyOfRange(output(key), 40, 80);
    long lastMoment = START + Generator.SEED_LASTS - 1;
    assertArrayEquals(waiting, draw(lastMoment, 40));
    assertEquals(1, parent.seeds());
    byte[] seededAnew = after(after(key, new byte[32]), CountingParent.bytes(2, 32));
    assertArrayEquals(Arrays.copyOf(output(seededAnew), 40), draw(lastMoment + 1, 40));
    assertEquals(2, parent.seeds());
    draw(lastMoment + Generator.SEED_LASTS, 40);
    assertEquals(2, parent.seeds());
    draw(lastMoment + 1 + Generator.SEED_LASTS, 40);
    assertEquals(3, parent.seeds());
  }

  @Test
  void takesAClockThatWasSetBackForAnOldSeed() {
    draw(START, 1);
    draw(START - 1, 1);
    assertEquals(2, parent.seeds());
    draw(START + 98, 1);
    draw(START + 97, 1);
    assertEquals(3, parent.seeds(), "set back within the 100 ms");
  }

  /** By an hour less a moment, after an hour without a draw; and by one that stands still. */
  @Test
  void isNotMisledByAClockThatWasSetBackAMomentAgo() {
    draw(START, 1);
    nanos.addAndGet(100_000_000 - 1);
    draw(START + 1, 1);
    assertEquals(1, parent.seeds());
    nanos.addAndGet(1);
    draw(START + 2, 1);
    assertEquals(2, parent.seeds());
    draw(START + 2, Generator.OUTPUT - 1);
    nanos.addAndGet(100_000_000);
    draw(START + 2, 1);
    assertEquals(3, parent.seeds());
  }

  @Test
  void forgetsWhatItGaveAndTheKeyThatGaveIt() throws ReflectiveOperationException {
    byte[] stream = stream();
    byte[] given = draw(START, 100);
    assertArrayEquals(new byte[132], Arrays.copyOf(stream, 132), "next key, and what was given");
    assertFalse(Arrays.equals(new byte[100], given));
    assertFalse(Arrays.equals(new byte[100], Arrays.copyOfRange(stream, 132, 232)), "what waits");
    generator.close();
    assertArrayEquals(new byte[stream.length], stream);
  }

  private byte[] stream() throws ReflectiveOperationException {
    Field field = Generator.class.getDeclaredField("stream");
    field.setAccessible(true);
    return (byte[]) field.get(generator);
  }

  @Test
  void tellsThatTheParentFailed() {
    parent.fail(true);
    assertThrows(ProviderException.class, () -> draw(START, 1));
  }

  @Test
  void seedsItselfAnewAfterItWasClosed() {
    draw(START, 1);
    generator.close();
    draw(START, 1);
    assertEquals(2, parent.seeds());
  }
}
