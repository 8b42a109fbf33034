package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Group;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Vector;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every vector, through every way to open an envelope; {@link RulesOfFlags} says what for. */
class EnvelopeVectorTest {
  private static final Provider PROVIDER = new E2eeProvider();
  private static final String OPEN = "EnvelopeOpen";
  private static final byte CANARY = (byte) 0xAA;

  /** One way to open. */
  private interface Opener {
    byte[] open(Vector vector) throws GeneralSecurityException;
  }

  private static String name(Vector vector) {
    return vector.name() + " " + RulesOfFlags.of(vector.firstFlag());
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

  private static byte[] inOnePiece(Vector vector) throws GeneralSecurityException {
    return cipher(vector).doFinal(vector.bytes("envelope"));
  }

  private static byte[] byteByByte(Vector vector) throws GeneralSecurityException {
    Cipher cipher = cipher(vector);
    try {
      for (byte b : vector.bytes("envelope")) {
        byte[] early = cipher.update(new byte[] {b});
        assertTrue(early == null || early.length == 0, "released before it was verified");
      }
    } catch (IllegalStateException e) {
      assertInstanceOf(AEADBadTagException.class, e.getCause(), "doFinal throws it");
    }
    return cipher.doFinal();
  }

  private static byte[] inPlace(Vector vector) throws GeneralSecurityException {
    byte[] envelope = vector.bytes("envelope");
    byte[] buffer = envelope.clone();
    try {
      int length = cipher(vector).doFinal(buffer, 0, buffer.length, buffer, 0);
      return Arrays.copyOf(buffer, length);
    } catch (AEADBadTagException e) {
      assertArrayEquals(envelope, buffer, "a refused envelope was overwritten");
      throw e;
    }
  }

  private static byte[] throughHeapBuffers(Vector vector) throws GeneralSecurityException {
    ByteBuffer in = ByteBuffer.wrap(vector.bytes("envelope")).asReadOnlyBuffer();
    return throughBuffers(vector, in, ByteBuffer.allocate(in.capacity() + 16));
  }

  private static byte[] throughDirectBuffers(Vector vector) throws GeneralSecurityException {
    byte[] envelope = vector.bytes("envelope");
    ByteBuffer in = ByteBuffer.allocateDirect(envelope.length).put(envelope).flip();
    return throughBuffers(vector, in, ByteBuffer.allocateDirect(in.capacity() + 16));
  }

  /** The output begins at position 5; nothing before and behind the plaintext may change. */
  private static byte[] throughBuffers(Vector vector, ByteBuffer in, ByteBuffer out)
      throws GeneralSecurityException {
    for (int i = 0; i < out.capacity(); i++) {
      out.put(i, CANARY);
    }
    out.position(5);
    try {
      int length = cipher(vector).doFinal(in, out);
      assertEquals(5 + length, out.position());
      byte[] plaintext = new byte[length];
      out.get(5, plaintext);
      assertUntouched(out, 0, 5);
      assertUntouched(out, 5 + length, out.capacity());
      return plaintext;
    } catch (AEADBadTagException e) {
      assertUntouched(out, 0, out.capacity());
      throw e;
    }
  }

  private static void assertUntouched(ByteBuffer out, int from, int to) {
    for (int i = from; i < to; i++) {
      assertEquals(CANARY, out.get(i), "byte " + i + " of the output was changed");
    }
  }

  private static byte[] typed(Vector vector) throws GeneralSecurityException {
    byte[] envelope = vector.bytes("envelope");
    try (Envelope opener = Envelope.with(vector.key())) {
      return vector.context().isPresent()
          ? opener.open(envelope, vector.context().get())
          : opener.open(envelope, vector.aad());
    }
  }

  private static Map<String, Opener> openers(Vector vector) {
    Map<String, Opener> openers =
        new LinkedHashMap<>(
            Map.of(
                "in one piece", EnvelopeVectorTest::inOnePiece,
                "byte by byte", EnvelopeVectorTest::byteByByte,
                "in place", EnvelopeVectorTest::inPlace,
                "heap buffers", EnvelopeVectorTest::throughHeapBuffers,
                "direct buffers", EnvelopeVectorTest::throughDirectBuffers));
    if (vector.number("minGeneration") == 0) {
      openers.put("typed", EnvelopeVectorTest::typed);
    }
    return openers;
  }

  // [envelope-30]
  @TestFactory
  Stream<DynamicTest> opensValidOnes() {
    return EnvelopeVectors.WHOLE
        .tests(OPEN)
        .filter(Vector::valid)
        .map(vector -> DynamicTest.dynamicTest(name(vector), () -> checkOpens(vector)));
  }

  private static void checkOpens(Vector vector) throws GeneralSecurityException {
    byte[] plaintext = vector.bytes("plaintext");
    for (var opener : openers(vector).entrySet()) {
      assertArrayEquals(plaintext, opener.getValue().open(vector), opener.getKey());
    }
  }

  // [envelope-29] [envelope-30]
  @TestFactory
  Stream<DynamicTest> refusesInvalidOnesWithTheErrorThatTheyName() {
    return EnvelopeVectors.WHOLE
        .tests(OPEN)
        .filter(vector -> !vector.valid())
        .map(vector -> DynamicTest.dynamicTest(name(vector), () -> checkRefuses(vector)));
  }

  private static void checkRefuses(Vector vector) {
    Class<?> expected = vector.exception();
    for (var opener : openers(vector).entrySet()) {
      AEADBadTagException e =
          assertThrows(
              AEADBadTagException.class, () -> opener.getValue().open(vector), opener.getKey());
      assertEquals(expected, e.getClass(), opener.getKey() + ": " + e.getMessage());
    }
  }

  @Test
  @DisplayName("[envelope-29] not-authentic is always the same error")
  void saysNothingMoreThanNotAuthentic() {
    Set<String> messages =
        EnvelopeVectors.WHOLE
            .tests(OPEN)
            .filter(vector -> !vector.valid() && vector.error().equals("not-authentic"))
            .flatMap(vector -> openers(vector).values().stream().map(o -> message(o, vector)))
            .collect(Collectors.toSet());
    assertEquals(1, messages.size(), messages.toString());
  }

  private static String message(Opener opener, Vector vector) {
    AEADBadTagException e = assertThrows(AEADBadTagException.class, () -> opener.open(vector));
    assertEquals(null, e.getCause(), "a cause tells more");
    return e.getMessage();
  }

  @TestFactory
  @DisplayName("[envelope-11] inspect")
  Stream<DynamicTest> inspectsWithoutAKey() {
    return EnvelopeVectors.WHOLE
        .tests(OPEN)
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> checkInspects(vector)));
  }

  private static void checkInspects(Vector vector) throws MalformedEnvelopeException {
    byte[] envelope = vector.bytes("envelope");
    if (!vector.valid() && Set.of("malformed", "unsupported").contains(vector.error())) {
      var e = assertThrows(MalformedEnvelopeException.class, () -> Envelope.inspect(envelope));
      assertEquals(vector.exception(), e.getClass());
      return;
    }
    EnvelopeInfo info = Envelope.inspect(envelope);
    ByteBuffer bytes = ByteBuffer.wrap(envelope);
    assertEquals(bytes.getInt(8), info.generation());
    assertArrayEquals(Arrays.copyOfRange(envelope, 12, 28), info.keyId().toBytes());
    assertEquals(envelope[7] == 1, info.contextFree());
    assertEquals(envelope[28] & 0xff, info.wrapAlg());
    assertEquals(vector.bodyAt(), info.headerLength());
    assertEquals(envelope.length - vector.bodyAt() - 28, info.plaintextLength());
  }

  @Test
  void theFileHasWhatItPromises() {
    long open = EnvelopeVectors.WHOLE.tests(OPEN).count();
    long valid = EnvelopeVectors.WHOLE.tests(OPEN).filter(Vector::valid).count();
    assertTrue(valid >= 45, valid + " valid");
    assertTrue(open - valid >= 100, open - valid + " invalid");
    assertEquals(
        EnvelopeVectors.WHOLE.count(),
        EnvelopeVectors.WHOLE.groups().flatMap(Group::tests).count());
  }
}
