package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.internal.chunk.ChunkedReader;
import dev.e2ee.internal.chunk.ChunkedWriter;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * {@code ChunkedEncryption} of C2SP, which suite 2 of our envelopes is made of, through the
 * primitive: opened chunk by chunk, and what is valid sealed again.
 */
public final class ChunkedCheck implements Check {
  /** The longest message has little more than 4 MiB. */
  private static final int LONGEST = 5 << 20;

  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    Engine engine = subject.engine();
    byte[] ciphertext = inflated(v.hex("ct"));
    byte[] message;
    try {
      message = opened(engine, v, ciphertext);
    } catch (IllegalArgumentException e) {
      // The primitive is internal: its callers have checked the lengths of key and head.
      throw new RejectedException("refused: " + e.getMessage());
    }
    if (v.isValid()) {
      byte[] hash = MessageDigest.getInstance("SHA-512").digest(message);
      Compare.same("SHA-512 of the message", v.hex("msgSha512"), hash);
      byte[] sealed = sealed(engine, v, Arrays.copyOf(ciphertext, ChunkedBody.SALT), message);
      Compare.same("ciphertext", ciphertext, sealed);
    }
    return null;
  }

  private static byte[] opened(Engine engine, TestVector v, byte[] bytes)
      throws GeneralSecurityException {
    byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, ChunkedBody.HEAD));
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (SecretBytes key = SecretBytes.adopt(v.hex("key"));
        ChunkedReader reader = ChunkedReader.start(engine, key, head, v.hex("ctx"), 1)) {
      int from = ChunkedBody.HEAD;
      while (from < bytes.length) {
        int length = Math.min(ChunkedBody.SEALED_CHUNK, bytes.length - from);
        byte[] out = new byte[(int) reader.outputLength(length, false)];
        message.write(out, 0, reader.update(bytes, from, length, out, 0, false));
        from += length;
      }
      byte[] out = new byte[(int) reader.outputLength(0, true)];
      message.write(out, 0, reader.finish(out, 0));
    }
    return message.toByteArray();
  }

  private static byte[] sealed(Engine engine, TestVector v, byte[] salt, byte[] message) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (SecretBytes key = SecretBytes.adopt(v.hex("key"));
        ChunkedWriter writer = new ChunkedWriter(engine, key, salt, v.hex("ctx"), 1)) {
      all.writeBytes(writer.head());
      byte[] out = new byte[(int) writer.outputLength(message.length, false)];
      all.write(out, 0, writer.update(message, 0, message.length, out, 0));
      byte[] last = new byte[(int) writer.outputLength(0, true)];
      all.write(last, 0, writer.finish(last, 0));
    }
    return all.toByteArray();
  }

  private static byte[] inflated(byte[] zlib) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(zlib);
      byte[] out = new byte[LONGEST];
      int length = inflater.inflate(out);
      if (!inflater.finished()) {
        throw new IllegalArgumentException("longer than " + LONGEST);
      }
      return Arrays.copyOf(out, length);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException(e);
    } finally {
      inflater.end();
    }
  }
}
