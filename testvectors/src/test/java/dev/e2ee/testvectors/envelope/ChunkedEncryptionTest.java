package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.internal.chunk.ChunkedAccess;
import dev.e2ee.internal.chunk.ChunkedReader;
import dev.e2ee.internal.chunk.ChunkedWriter;
import dev.e2ee.internal.format.ChunkedBody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testvectors.SharedFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Project Wycheproof's vectors of C2SP chunked-encryption, through the primitive itself: in pieces,
 * at random places, and written anew. Covers [envelope-39], [envelope-41] to [envelope-44],
 * [envelope-49], [envelope-52] and [envelope-53].
 */
class ChunkedEncryptionTest {
  private static final String FILE = "c2sp_chunked_encryption_aes_256_gcm_test.json";
  private static final int SEALED = ChunkedBody.SEALED_CHUNK;
  private static final Engine ENGINE = Engine.jdk();

  /** One vector. */
  private static final class Vector {
    private final JsonNode json;
    private final byte[] ciphertext;

    Vector(JsonNode json) {
      this.json = json;
      this.ciphertext = inflated(hex("ct"));
    }

    String name() {
      return json.get("tcId") + " " + json.get("comment").textValue();
    }

    boolean valid() {
      return json.get("result").textValue().equals("valid");
    }

    boolean flag(String name) {
      return StreamSupport.stream(json.get("flags").spliterator(), false)
          .anyMatch(flag -> flag.textValue().equals(name));
    }

    byte[] hex(String member) {
      return HexFormat.of().parseHex(json.get(member).textValue());
    }

    SecretBytes key() {
      return SecretBytes.adopt(hex("key"));
    }

    byte[] head() {
      return Arrays.copyOf(ciphertext, Math.min(ciphertext.length, ChunkedBody.HEAD));
    }

    /** How much of the message comes out in the end, or before the fault. */
    int messageLength() {
      return json.has("msgLength") ? json.get("msgLength").intValue() : 0;
    }

    /** Whether this is the message, or the beginning of it that is valid. */
    void assertIsMessage(byte[] bytes) throws GeneralSecurityException {
      assertEquals(messageLength(), bytes.length);
      if (json.has("msgSha512")) {
        assertArrayEquals(hex("msgSha512"), MessageDigest.getInstance("SHA-512").digest(bytes));
      }
    }
  }

  /** The longest message has little more than 4 MiB. */
  private static byte[] inflated(byte[] zlib) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(zlib);
      byte[] out = new byte[5 << 20];
      int length = inflater.inflate(out);
      assertTrue(inflater.finished());
      return Arrays.copyOf(out, length);
    } catch (DataFormatException e) {
      throw new AssertionError(e);
    } finally {
      inflater.end();
    }
  }

  private static JsonNode file() throws IOException {
    return new ObjectMapper().readTree(SharedFiles.ofThisProject().wycheproof(FILE).toFile());
  }

  private static List<Vector> vectors() throws IOException {
    return StreamSupport.stream(file().get("testGroups").spliterator(), false)
        .peek(group -> assertEquals("AEAD_AES_256_GCM", group.get("aead").textValue()))
        .flatMap(group -> StreamSupport.stream(group.get("tests").spliterator(), false))
        .map(Vector::new)
        .toList();
  }

  @Test
  void thereAreThirtyFive() throws IOException {
    assertEquals(35, file().get("numberOfTests").intValue());
    assertEquals(35, vectors().size());
    assertEquals(10, vectors().stream().filter(Vector::valid).count());
    assertEquals(10, vectors().stream().filter(v -> v.flag("HeaderFailure")).count());
    assertEquals(9, vectors().stream().filter(v -> v.flag("PartialPlaintext")).count());
    assertEquals(4, vectors().stream().filter(v -> v.flag("ValidFinalChunk")).count());
  }

  private interface Check {
    void of(Vector vector) throws GeneralSecurityException;
  }

  private static Stream<DynamicTest> each(Check check) throws IOException {
    return vectors().stream()
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> check.of(vector)));
  }

  /** Reads in pieces of one size; what comes out is in {@code released}, also before a failure. */
  private static void read(Vector vector, int piece, int threads, ByteArrayOutputStream released)
      throws AEADBadTagException {
    byte[] bytes = vector.ciphertext;
    try (SecretBytes key = vector.key();
        ChunkedReader reader =
            ChunkedReader.start(ENGINE, key, vector.head(), vector.hex("ctx"), threads)) {
      for (int from = ChunkedBody.HEAD; from < bytes.length; from += piece) {
        int length = Math.min(piece, bytes.length - from);
        byte[] out = new byte[(int) reader.outputLength(length, false)];
        boolean ours = from % 2 == 0; // both ways to open
        assertEquals(out.length, reader.update(bytes, from, length, out, 0, ours));
        released.writeBytes(out);
      }
      byte[] out = new byte[(int) reader.outputLength(0, true)];
      assertEquals(out.length, reader.finish(out, 0));
      released.writeBytes(out);
    }
  }

  private static int[] pieces(Vector vector) {
    return vector.ciphertext.length < 100_000
        ? new int[] {1, 17, 4096, 16_399, SEALED, 16_401, 50_000, Integer.MAX_VALUE >> 1}
        : new int[] {1009, SEALED, 1 << 20, Integer.MAX_VALUE >> 1};
  }

  @TestFactory
  Stream<DynamicTest> inPieces() throws IOException {
    return each(ChunkedEncryptionTest::checkInPieces);
  }

  private static void checkInPieces(Vector vector) throws GeneralSecurityException {
    for (int piece : pieces(vector)) {
      for (int threads : new int[] {1, 3}) {
        ByteArrayOutputStream released = new ByteArrayOutputStream();
        if (vector.valid()) {
          read(vector, piece, threads, released);
          vector.assertIsMessage(released.toByteArray());
        } else {
          Class<? extends Exception> expected =
              vector.flag("InvalidKeySize") || vector.ciphertext.length < ChunkedBody.HEAD
                  ? IllegalArgumentException.class
                  : AEADBadTagException.class;
          assertThrows(expected, () -> read(vector, piece, threads, released));
          assertReleased(vector, piece, released.toByteArray());
        }
      }
    }
  }

  /** The valid beginning and no more; all of it when a call brings one chunk at the most. */
  private static void assertReleased(Vector vector, int piece, byte[] released)
      throws GeneralSecurityException {
    assertTrue(released.length <= vector.messageLength());
    assertEquals(0, released.length % ChunkedBody.CHUNK);
    if (!vector.flag("PartialPlaintext")) {
      assertEquals(0, released.length);
    } else if (piece <= SEALED) {
      vector.assertIsMessage(released);
    }
  }

  /** What is cut is malformed: what a length tells, or what is missing at the end. */
  @TestFactory
  Stream<DynamicTest> lengths() throws IOException {
    return each(ChunkedEncryptionTest::checkLength);
  }

  private static void checkLength(Vector vector) throws GeneralSecurityException {
    int length = vector.ciphertext.length;
    if (vector.valid()) {
      assertTrue(ChunkedBody.isComplete(length));
      assertEquals(vector.messageLength(), ChunkedBody.plaintextLength(length));
      assertEquals(length, ChunkedBody.sealedLength(vector.messageLength()));
    } else if (!ChunkedBody.isComplete(length) && length >= ChunkedBody.HEAD) {
      ByteArrayOutputStream released = new ByteArrayOutputStream();
      assertThrows(MalformedEnvelopeException.class, () -> read(vector, SEALED, 1, released));
    }
  }

  @TestFactory
  Stream<DynamicTest> anywhere() throws IOException {
    return each(ChunkedEncryptionTest::checkAnywhere);
  }

  /** Each chunk alone, from the last to the first. */
  private static void checkAnywhere(Vector vector) throws GeneralSecurityException {
    if (vector.flag("HeaderFailure")) {
      Set<Class<?>> expected = Set.of(AEADBadTagException.class, IllegalArgumentException.class);
      assertTrue(expected.contains(assertThrows(Exception.class, () -> start(vector)).getClass()));
      return;
    }
    int length = vector.ciphertext.length;
    try (ChunkedAccess access = start(vector)) {
      boolean complete = ChunkedBody.isComplete(length);
      long last = ChunkedBody.fullChunks(length);
      boolean opens = complete && opened(access, vector, last) != null;
      assertEquals(vector.valid() || vector.flag("ValidFinalChunk"), opens, "the last chunk");
      byte[] valid = {};
      for (long chunk = 0; chunk <= last; chunk++) {
        byte[] part = complete || chunk < last ? opened(access, vector, chunk) : null;
        if (part == null) {
          break;
        }
        valid = JdkBox.joined(valid, part);
      }
      vector.assertIsMessage(valid);
    }
  }

  private static ChunkedAccess start(Vector vector) throws AEADBadTagException {
    try (SecretBytes key = vector.key()) {
      return ChunkedAccess.start(ENGINE, key, vector.head(), vector.hex("ctx"));
    }
  }

  /** The plaintext of a chunk, or null when it is not authentic. */
  private static byte[] opened(ChunkedAccess access, Vector vector, long chunk) {
    int from = (int) ChunkedBody.offsetOf(chunk);
    int to = (int) Math.min(ChunkedBody.offsetOf(chunk + 1), vector.ciphertext.length);
    byte[] out = new byte[ChunkedBody.CHUNK];
    try {
      int length = access.open(chunk, Arrays.copyOfRange(vector.ciphertext, from, to), out);
      return Arrays.copyOf(out, length);
    } catch (AEADBadTagException e) {
      assertArrayEquals(new byte[out.length], out);
      return null;
    }
  }

  @TestFactory
  Stream<DynamicTest> validOnesAreWrittenByteForByte() throws IOException {
    return vectors().stream()
        .filter(Vector::valid)
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> checkWritten(vector)));
  }

  private static void checkWritten(Vector vector) throws GeneralSecurityException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    read(vector, SEALED, 1, message);
    for (int piece : pieces(vector)) {
      for (int threads : new int[] {1, 3}) {
        assertArrayEquals(
            vector.ciphertext, written(vector, message.toByteArray(), piece, threads));
      }
    }
  }

  /** With an engine of its own: a cipher that is used again takes no nonce twice under one key. */
  private static byte[] written(Vector vector, byte[] message, int piece, int threads) {
    byte[] salt = Arrays.copyOf(vector.ciphertext, ChunkedBody.SALT);
    Engine engine = Engine.jdk();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (SecretBytes key = vector.key();
        ChunkedWriter writer = new ChunkedWriter(engine, key, salt, vector.hex("ctx"), threads)) {
      all.writeBytes(writer.head());
      for (int from = 0; from < message.length; from += piece) {
        int length = Math.min(piece, message.length - from);
        byte[] out = new byte[(int) writer.outputLength(length, false)];
        assertEquals(out.length, writer.update(message, from, length, out, 0));
        all.writeBytes(out);
      }
      byte[] out = new byte[(int) writer.outputLength(0, true)];
      assertEquals(out.length, writer.finish(out, 0));
      all.writeBytes(out);
    }
    return all.toByteArray();
  }
}
