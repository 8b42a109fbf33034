package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.EnvelopeSeekableChannel;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.Suite;
import dev.e2ee.internal.chunk.ChunkedWriter;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Group;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Vector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every vector of suite 2, through every way to open; {@link RulesOfFlags} says what for. */
class ChunkedVectorTest {
  private static final int LONGEST_HEADER = 923;
  private static final Provider PROVIDER = new E2eeProvider();
  private static final EnvelopeVectors FILE = EnvelopeVectors.CHUNKED;
  private static final String OPEN = "EnvelopeOpen";
  private static final int SEALED_CHUNK = 16_400;

  @TempDir Path folder;

  /** One way to open, which gives what it released before a failure as well. */
  private interface Opener {
    void open(Vector vector, ByteArrayOutputStream released) throws Exception;
  }

  private static Stream<DynamicTest> tests(Stream<Vector> vectors, Check check) {
    return vectors.map(
        vector ->
            DynamicTest.dynamicTest(
                vector.name() + " " + RulesOfFlags.of(vector.firstFlag()),
                () -> check.run(vector)));
  }

  private interface Check {
    void run(Vector vector) throws Exception;
  }

  private static Cipher cipher(Vector vector) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", PROVIDER);
    EnvelopeParameterSpec spec =
        vector
            .context()
            .map(EnvelopeParameterSpec::new)
            .orElseGet(EnvelopeParameterSpec::withoutContext)
            .withMinimumGeneration(vector.number("minGeneration"));
    cipher.init(Cipher.DECRYPT_MODE, vector.key(), spec);
    cipher.updateAAD(vector.aad());
    return cipher;
  }

  private static Envelope envelope(Vector vector) throws InvalidKeyException {
    return Envelope.with(vector.key()).withMinimumGeneration(vector.number("minGeneration"));
  }

  private static void inOnePiece(Vector vector, ByteArrayOutputStream released)
      throws GeneralSecurityException {
    released.writeBytes(cipher(vector).doFinal(vector.bytes("envelope")));
  }

  private static void intoABuffer(Vector vector, ByteArrayOutputStream released)
      throws GeneralSecurityException {
    byte[] envelope = vector.bytes("envelope");
    ByteBuffer out = ByteBuffer.allocateDirect(envelope.length);
    cipher(vector).doFinal(ByteBuffer.wrap(envelope), out);
    byte[] plaintext = new byte[out.flip().remaining()];
    out.get(plaintext);
    released.writeBytes(plaintext);
  }

  private static void inPlace(Vector vector, ByteArrayOutputStream released)
      throws GeneralSecurityException {
    byte[] buffer = vector.bytes("envelope");
    int length = cipher(vector).doFinal(buffer, 0, buffer.length, buffer, 0);
    released.write(buffer, 0, length);
  }

  private static void typed(Vector vector, ByteArrayOutputStream released)
      throws GeneralSecurityException {
    byte[] bytes = vector.bytes("envelope");
    try (Envelope opener = envelope(vector)) {
      released.writeBytes(
          vector.context().isPresent()
              ? opener.open(bytes, vector.context().get())
              : opener.open(bytes, vector.aad()));
    }
  }

  private static Map<String, Opener> wholeOpeners() {
    Map<String, Opener> openers = new LinkedHashMap<>();
    openers.put("in one piece", ChunkedVectorTest::inOnePiece);
    openers.put("into a buffer", ChunkedVectorTest::intoABuffer);
    openers.put("in place", ChunkedVectorTest::inPlace);
    openers.put("typed", ChunkedVectorTest::typed);
    return openers;
  }

  private static void inPieces(Vector vector, int piece, ByteArrayOutputStream released)
      throws GeneralSecurityException {
    byte[] envelope = vector.bytes("envelope");
    Cipher cipher = cipher(vector);
    try {
      for (int from = 0; from < envelope.length; from += piece) {
        byte[] early = cipher.update(envelope, from, Math.min(piece, envelope.length - from));
        released.writeBytes(early == null ? new byte[0] : early);
      }
    } catch (IllegalStateException e) {
      assertInstanceOf(AEADBadTagException.class, e.getCause(), "doFinal throws it");
    }
    released.writeBytes(cipher.doFinal());
  }

  private static void asStream(
      Vector vector, int piece, int threads, ByteArrayOutputStream released)
      throws GeneralSecurityException, IOException {
    InputStream source = new Pieces(vector.bytes("envelope"), piece);
    try (Envelope opener = envelope(vector).withParallelism(threads);
        EnvelopeInputStream in =
            vector.context().isPresent()
                ? opener.opening(source, vector.context().get())
                : opener.opening(source, vector.aad())) {
      in.transferTo(released);
      assertTrue(in.isComplete());
    } catch (IOException e) {
      if (e.getCause() instanceof AEADBadTagException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Gives so many bytes with each read. */
  private static final class Pieces extends ByteArrayInputStream {
    private final int piece;

    Pieces(byte[] bytes, int piece) {
      super(bytes);
      this.piece = piece;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return super.read(bytes, offset, Math.min(piece, length));
    }
  }

  /** Pieces of a chunk at the most, so that what is released is exact to the chunk. */
  private static Map<String, Opener> streamOpeners(Vector vector) {
    Map<String, Opener> openers = new LinkedHashMap<>();
    for (int piece : new int[] {1, 997, SEALED_CHUNK}) {
      if (piece > 1 || vector.bytes("envelope").length < 70_000) {
        openers.put("updates of " + piece, (v, out) -> inPieces(v, piece, out));
        openers.put("stream, reads of " + piece, (v, out) -> asStream(v, piece, 1, out));
      }
    }
    return openers;
  }

  private void anywhere(Vector vector, ByteArrayOutputStream released)
      throws GeneralSecurityException, IOException {
    Path file = Files.write(folder.resolve("envelope"), vector.bytes("envelope"));
    SeekableByteChannel source = Files.newByteChannel(file);
    try (Envelope opener = envelope(vector);
        EnvelopeSeekableChannel channel =
            vector.context().isPresent()
                ? opener.openingAnywhere(source, vector.context().get())
                : opener.openingAnywhere(source, vector.aad())) {
      ByteBuffer bytes = ByteBuffer.allocate(10_000);
      while (channel.read(bytes.clear()) >= 0) {
        released.write(bytes.array(), 0, bytes.position());
      }
      assertEquals(released.size(), channel.size());
    } catch (IOException e) {
      if (e.getCause() instanceof AEADBadTagException cause) {
        throw cause;
      }
      throw e;
    } finally {
      source.close();
    }
  }

  // [envelope-39] [envelope-41] [envelope-44] [envelope-49]
  @TestFactory
  Stream<DynamicTest> opensValidOnes() {
    return tests(FILE.tests(OPEN).filter(Vector::valid), this::checkOpens);
  }

  private void checkOpens(Vector vector) throws Exception {
    Map<String, Opener> openers = wholeOpeners();
    openers.putAll(streamOpeners(vector));
    openers.put("two threads", (v, out) -> asStream(v, Integer.MAX_VALUE, 2, out));
    openers.put("anywhere", this::anywhere);
    for (var opener : openers.entrySet()) {
      ByteArrayOutputStream plaintext = new ByteArrayOutputStream();
      opener.getValue().open(vector, plaintext);
      assertTrue(vector.is("plaintext", plaintext.toByteArray()), opener.getKey());
    }
  }

  // [envelope-29] [envelope-48]
  @TestFactory
  Stream<DynamicTest> refusesInvalidOnesWithTheErrorThatTheyName() {
    return tests(FILE.tests(OPEN).filter(v -> !v.valid()), this::checkRefuses);
  }

  private void checkRefuses(Vector vector) {
    for (var opener : wholeOpeners().entrySet()) {
      ByteArrayOutputStream released = new ByteArrayOutputStream();
      assertRefuses(vector, vector.exception(), opener.getKey(), opener.getValue(), released);
      assertEquals(0, released.size(), opener.getKey());
    }
    // [envelope-52] [envelope-53]
    ByteArrayOutputStream released = new ByteArrayOutputStream();
    assertRefuses(vector, vector.exception(), "anywhere", this::anywhere, released);
  }

  // [envelope-40] [envelope-49] [envelope-50]
  @TestFactory
  Stream<DynamicTest> streamsReleaseNoMoreThanIsVerified() {
    return tests(FILE.tests(OPEN).filter(v -> !v.valid()), ChunkedVectorTest::checkStreams);
  }

  private static void checkStreams(Vector vector) {
    for (var opener : streamOpeners(vector).entrySet()) {
      ByteArrayOutputStream released = new ByteArrayOutputStream();
      assertRefuses(vector, vector.streamException(), opener.getKey(), opener.getValue(), released);
      assertTrue(
          vector.is("released", released.toByteArray()), opener.getKey() + ": " + released.size());
    }
  }

  private static void assertRefuses(
      Vector vector, Class<?> expected, String how, Opener opener, ByteArrayOutputStream released) {
    AEADBadTagException e =
        assertThrows(AEADBadTagException.class, () -> opener.open(vector, released), how);
    assertEquals(expected, e.getClass(), how + ": " + e.getMessage());
    if (expected == AEADBadTagException.class) {
      assertEquals(EnvelopeCore.NOT_AUTHENTIC, e.getMessage(), how);
      assertEquals(null, e.getCause(), "a cause tells more");
    }
  }

  /** A sealer with the same DEK and salt writes the same body, on any number of threads. */
  // [envelope-41] [envelope-43] [envelope-54]
  @TestFactory
  Stream<DynamicTest> sealsTheSameBytes() {
    return tests(FILE.tests(OPEN).filter(Vector::valid), ChunkedVectorTest::checkSeals);
  }

  private static void checkSeals(Vector vector) throws GeneralSecurityException {
    byte[] envelope = vector.bytes("envelope");
    byte[] plaintext = cipher(vector).doFinal(envelope);
    byte[] ctx = vector.intermediate("ctx");
    byte[] context = ByteBuffer.allocate(8 + ctx.length).put(envelope, 0, 8).put(ctx).array();
    for (int threads : new int[] {1, 2, 5}) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      try (SecretBytes dek = SecretBytes.adopt(vector.intermediate("dek"));
          ChunkedWriter writer =
              new ChunkedWriter(Engine.jdk(), dek, vector.intermediate("salt"), context, threads)) {
        body.writeBytes(writer.head());
        byte[] out = new byte[envelope.length + SEALED_CHUNK];
        body.write(out, 0, writer.update(plaintext, 0, plaintext.length, out, 0));
        body.write(out, 0, writer.finish(out, 0));
      }
      assertArrayEquals(
          Arrays.copyOfRange(envelope, vector.bodyAt(), envelope.length), body.toByteArray());
    }
  }

  // [envelope-28] [envelope-45] [envelope-46]
  @TestFactory
  Stream<DynamicTest> choosesTheSuite() {
    return tests(FILE.tests("SuiteChoice"), ChunkedVectorTest::checkChoice);
  }

  private static void checkChoice(Vector vector) throws GeneralSecurityException {
    Suite forced =
        Arrays.stream(Suite.values())
            .filter(suite -> suite.number() == vector.number("suite"))
            .findAny()
            .orElse(null);
    Engine engine = Engine.jdk();
    long length = vector.length("plaintextLength");
    try (MasterKey umk = MasterKey.of(engine, FILE.tests(OPEN).findFirst().orElseThrow().key());
        SealingOperation sealing =
            new SealingOperation(new EnvelopeCore(engine), umk, ContextBinding.none(), forced, 1)) {
      assertEquals(vector.valid(), sealing.takes(length));
      if (!vector.valid()) {
        return;
      }
      assertEquals(vector.length("envelopeLength"), sealing.outputLength(length, true));
      if (length < 20 << 20) {
        byte[] envelope = sealing.finish(new byte[(int) length], 0, (int) length);
        EnvelopeInfo info = Envelope.inspect(envelope);
        assertEquals(vector.length("chosenSuite"), info.suite().number());
        assertEquals(vector.length("envelopeLength"), envelope.length);
      }
    }
  }

  // [envelope-9] [envelope-39] [envelope-45]
  @TestFactory
  Stream<DynamicTest> knowsWhichLengthsCanBe() {
    byte[] start =
        FILE.tests(OPEN).filter(Vector::valid).findFirst().orElseThrow().bytes("envelope");
    return tests(FILE.tests("ChunkedLength"), vector -> checkLength(vector, start));
  }

  private static void checkLength(Vector vector, byte[] start) throws MalformedEnvelopeException {
    long length = vector.length("envelopeLength");
    byte[] there = Arrays.copyOf(start, (int) Math.min(length, 195));
    if (vector.valid()) {
      assertEquals(
          vector.length("plaintextLength"), Envelope.inspect(there, length).plaintextLength());
    } else {
      var e = assertThrows(MalformedEnvelopeException.class, () -> Envelope.inspect(there, length));
      assertEquals(vector.exception(), e.getClass());
    }
  }

  @TestFactory
  @DisplayName("[envelope-11] inspect")
  Stream<DynamicTest> inspectsWithoutAKey() {
    return tests(FILE.tests(OPEN), ChunkedVectorTest::checkInspects);
  }

  private static void checkInspects(Vector vector) throws MalformedEnvelopeException {
    byte[] envelope = vector.bytes("envelope");
    byte[] start = Arrays.copyOf(envelope, Math.min(envelope.length, LONGEST_HEADER));
    if (!vector.valid() && Set.of("malformed", "unsupported").contains(vector.error())) {
      var e =
          assertThrows(
              MalformedEnvelopeException.class, () -> Envelope.inspect(start, envelope.length));
      assertEquals(vector.exception(), e.getClass());
      return;
    }
    EnvelopeInfo info = Envelope.inspect(start, envelope.length);
    assertEquals(info, Envelope.inspect(envelope));
    assertEquals(envelope[5], info.suite().number());
    assertEquals(envelope[7] == 1, info.contextFree());
    assertArrayEquals(Arrays.copyOfRange(envelope, 12, 28), info.keyId().toBytes());
  }

  @Test
  void theFileHasWhatItPromises() {
    long open = FILE.tests(OPEN).count();
    long valid = FILE.tests(OPEN).filter(Vector::valid).count();
    assertTrue(valid >= 45, valid + " valid");
    assertTrue(open - valid >= 200, open - valid + " invalid");
    assertFalse(FILE.tests("SuiteChoice").findAny().isEmpty());
    assertEquals(FILE.count(), FILE.groups().flatMap(Group::tests).count());
  }
}
