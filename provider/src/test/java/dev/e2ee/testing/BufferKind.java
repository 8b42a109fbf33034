package dev.e2ee.testing;

import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** The shapes that an application's {@link ByteBuffer} may have. */
public enum BufferKind {
  HEAP,
  HEAP_SLICE,
  DIRECT,
  DIRECT_SLICE,
  READ_ONLY_HEAP,
  READ_ONLY_DIRECT;

  /** Those that can be written. */
  public static Stream<BufferKind> writable() {
    return Stream.of(HEAP, HEAP_SLICE, DIRECT, DIRECT_SLICE);
  }

  /** A buffer of the whole content, from position 5 to 3 before its capacity. */
  public ByteBuffer holding(byte[] content) {
    ByteBuffer whole = filled(content.length + 8);
    whole.position(5).limit(5 + content.length);
    whole.duplicate().put(content);
    return switch (this) {
      case HEAP, HEAP_SLICE, DIRECT, DIRECT_SLICE -> whole;
      case READ_ONLY_HEAP, READ_ONLY_DIRECT -> whole.asReadOnlyBuffer();
    };
  }

  /** A buffer with this room between position 5 and 3 before its capacity, full of a pattern. */
  public ByteBuffer withRoom(int room) {
    return filled(room + 8).position(5).limit(5 + room);
  }

  private ByteBuffer filled(int capacity) {
    ByteBuffer made =
        switch (this) {
          case HEAP, READ_ONLY_HEAP -> ByteBuffer.allocate(capacity);
          case HEAP_SLICE -> ByteBuffer.allocate(capacity + 9).slice(4, capacity);
          case DIRECT, READ_ONLY_DIRECT -> ByteBuffer.allocateDirect(capacity);
          case DIRECT_SLICE -> ByteBuffer.allocateDirect(capacity + 9).slice(4, capacity);
        };
    made.duplicate().put(Sample.filled(capacity));
    return made;
  }

  /** Every byte of a buffer, whatever its position and limit. */
  public static byte[] everyByteOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.duplicate().clear().get(bytes);
    return bytes;
  }
}
