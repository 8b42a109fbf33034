package dev.e2ee.cli.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What went through the buffers beside the heap is gone from them when they are closed. */
class BufferWipeTest {
  private static final byte[] PLAINTEXT = filled(3 * Ahead.PIECE + 5);

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }

  private static void assertWiped(ByteBuffer buffer) {
    ByteBuffer all = buffer.duplicate().clear();
    byte[] seen = new byte[all.remaining()];
    all.get(seen);
    assertArrayEquals(new byte[Ahead.PIECE], seen);
  }

  @Test
  void bothBuffersOfAWriter() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WriteBehind writer = new WriteBehind(Channels.newChannel(out));
    ByteBuffer first = writer.room();
    writer.write(PLAINTEXT, 0, Ahead.PIECE + 1);
    ByteBuffer second = writer.room();
    writer.write(PLAINTEXT, Ahead.PIECE + 1, PLAINTEXT.length - Ahead.PIECE - 1);
    writer.flush();
    assertEquals(1, second.get(0), "it was in the buffer");
    writer.close();
    assertArrayEquals(PLAINTEXT, out.toByteArray());
    assertWiped(first);
    assertWiped(second);
  }

  @Test
  void whatWasNeverFlushed() throws Exception {
    WriteBehind writer = new WriteBehind(Channels.newChannel(new ByteArrayOutputStream()));
    ByteBuffer only = writer.room();
    writer.write(PLAINTEXT, 0, 100);
    assertEquals(1, only.get(0), "it was in the buffer");
    writer.close();
    assertWiped(only);
  }

  @Test
  void whatAReaderHolds() throws Exception {
    ReadAhead reader = new ReadAhead(Channels.newChannel(new ByteArrayInputStream(PLAINTEXT)));
    assertArrayEquals(PLAINTEXT, reader.readAllBytes());
    ByteBuffer[] buffers = reader.buffers();
    assertEquals(1, buffers[0].duplicate().clear().get(0), "it was in the buffer");
    assertEquals(1, buffers[1].duplicate().clear().get(0), "it was in the buffer");
    reader.close();
    assertWiped(buffers[0]);
    assertWiped(buffers[1]);
  }
}
