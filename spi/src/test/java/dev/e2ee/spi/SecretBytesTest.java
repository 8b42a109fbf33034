package dev.e2ee.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class SecretBytesTest {
  @Test
  void copiesInAndOut() {
    byte[] mine = {1, 2, 3};
    SecretBytes secret = SecretBytes.copyOf(mine);
    mine[0] = 9;
    byte[] out = secret.copy();
    assertArrayEquals(new byte[] {1, 2, 3}, out);
    out[0] = 9;
    assertArrayEquals(new byte[] {1, 2, 3}, secret.copy());
  }

  @Test
  void wipesWhatItOwnsAndNothingElse() {
    byte[] adopted = {1, 2, 3};
    byte[] copied = {1, 2, 3};
    SecretBytes first = SecretBytes.adopt(adopted);
    SecretBytes second = SecretBytes.copyOf(copied);
    byte[] out = first.copy();
    first.close();
    first.close();
    second.close();
    assertArrayEquals(new byte[3], adopted);
    assertArrayEquals(new byte[] {1, 2, 3}, copied);
    assertArrayEquals(new byte[] {1, 2, 3}, out);
    assertEquals(3, first.length());
    assertThrows(IllegalStateException.class, first::copy);
    assertThrows(IllegalStateException.class, () -> first.sameBytes(second));
  }

  @Test
  void comparesContentOnlyWhenAsked() {
    SecretBytes one = SecretBytes.copyOf(new byte[] {1, 2});
    SecretBytes same = SecretBytes.copyOf(new byte[] {1, 2});
    assertTrue(one.sameBytes(same));
    assertNotEquals(one, same);
    assertFalse(one.sameBytes(SecretBytes.copyOf(new byte[] {1, 3})));
    assertFalse(one.sameBytes(SecretBytes.copyOf(new byte[] {1, 2, 0})));
  }

  @Test
  void showsNothing() {
    SecretBytes secret = SecretBytes.copyOf(new byte[] {0x5a, 0x5a});
    assertEquals("SecretBytes[2 bytes]", secret.toString());
    assertThrows(
        NotSerializableException.class,
        () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret));
  }

  @Test
  void givesNoCopyThatIsHalfWiped() throws Exception {
    byte[] bytes = new byte[4096];
    Arrays.fill(bytes, (byte) 7);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int round = 0; round < 2000; round++) {
        SecretBytes secret = SecretBytes.copyOf(bytes);
        AtomicInteger copies = new AtomicInteger();
        Future<?> reader =
            other.submit(
                () -> {
                  while (true) {
                    assertArrayEquals(bytes, secret.copy());
                    copies.incrementAndGet();
                  }
                });
        while (copies.get() < 3 && !reader.isDone()) {
          Thread.onSpinWait();
        }
        secret.close();
        Throwable end = assertThrows(ExecutionException.class, reader::get).getCause();
        assertInstanceOf(IllegalStateException.class, end);
      }
    } finally {
      other.shutdownNow();
    }
  }
}
