package dev.e2ee.interop.pia;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The plaintext of a PIA payload: 0x01 and a zlib stream (RFC 1950), or bare JSON. */
final class PiaBody {
  private static final byte COMPRESSED = 1;
  private static final int STEP = 8192;

  private PiaBody() {}

  /** The body that newer clients write. */
  static byte[] compress(byte[] json) {
    Deflater deflater = new Deflater();
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(json.length / 2 + 16);
      out.write(COMPRESSED);
      deflater.setInput(json);
      deflater.finish();
      byte[] step = new byte[STEP];
      while (!deflater.finished()) {
        out.write(step, 0, deflater.deflate(step));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * The JSON of a body, of either kind.
   *
   * @param limit the most bytes that it may inflate to
   */
  static byte[] json(byte[] body, int limit) throws PiaFormatException {
    if (body.length == 0) {
      throw new PiaFormatException("the record's body is empty");
    }
    if (body[0] != COMPRESSED) {
      return body.clone();
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(body, 1, body.length - 1);
      byte[] json = inflate(inflater, limit);
      if (inflater.getRemaining() > 0) {
        throw new PiaFormatException("bytes follow the record's compressed body");
      }
      return json;
    } catch (DataFormatException e) {
      throw new PiaFormatException("the record's compressed body is not a zlib stream", e);
    } finally {
      inflater.end();
    }
  }

  private static byte[] inflate(Inflater inflater, int limit)
      throws DataFormatException, PiaFormatException {
    byte[] out = new byte[Math.min(STEP, limit + 1)];
    int size = 0;
    while (!inflater.finished()) {
      if (size == out.length) {
        out = Arrays.copyOf(out, (int) Math.min(2L * out.length, limit + 1L));
      }
      int count = inflater.inflate(out, size, out.length - size);
      size += count;
      if (size > limit) {
        throw new PiaFormatException(
            "the record inflates to more than " + limit + " bytes; raise the limit if it is meant");
      }
      if (count == 0 && !inflater.finished()) {
        throw new PiaFormatException("the record's compressed body is cut short");
      }
    }
    return Arrays.copyOf(out, size);
  }
}
