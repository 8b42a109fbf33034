package dev.e2ee.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Builds bytes that begin with a label of their own: {@code label || 0x00 || …}. */
public final class Bound {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Begins. */
  public Bound(String label) {
    out.writeBytes(label.getBytes(UTF_8));
    out.write(0);
  }

  /** The bytes themselves, where their length is fixed or they are the last. */
  public Bound raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** {@code lp(bytes)}: a length of four bytes, then the bytes. */
  public Bound lp(byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
    return this;
  }

  /** All of it. */
  public byte[] bytes() {
    return out.toByteArray();
  }
}
