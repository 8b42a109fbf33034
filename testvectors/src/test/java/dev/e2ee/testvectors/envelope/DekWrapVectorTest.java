package dev.e2ee.testvectors.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testvectors.envelope.EnvelopeVectors.Vector;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bare DEK wrap, [envelope-36] and [envelope-37]. */
class DekWrapVectorTest {
  private static final Provider PROVIDER = new E2eeProvider();
  private static final Vector SOME =
      EnvelopeVectors.WHOLE.tests("DekWrapUnwrap").findFirst().orElseThrow();

  private static Cipher cipher(int mode, Vector vector) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-DekWrap", PROVIDER);
    cipher.init(mode, vector.key(), new DekWrapParameterSpec(vector.context().orElseThrow()));
    return cipher;
  }

  private static byte[] unwrapped(Vector vector, byte[] wrap) throws GeneralSecurityException {
    Key dek = cipher(Cipher.UNWRAP_MODE, vector).unwrap(wrap, "AES", Cipher.SECRET_KEY);
    return dek.getEncoded();
  }

  @TestFactory
  Stream<DynamicTest> unwraps() {
    return EnvelopeVectors.WHOLE
        .tests("DekWrapUnwrap")
        .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> check(vector)));
  }

  private static void check(Vector vector) throws GeneralSecurityException {
    byte[] wrap = vector.bytes("wrap");
    if (vector.valid()) {
      assertArrayEquals(vector.intermediate("dek"), unwrapped(vector, wrap));
      return;
    }
    Cipher cipher = cipher(Cipher.UNWRAP_MODE, vector);
    assertThrows(InvalidKeyException.class, () -> cipher.unwrap(wrap, "AES", Cipher.SECRET_KEY));
  }

  @ParameterizedTest
  @CsvSource({"raw, 60", "token, 92", "oaep-2048, 572"})
  @DisplayName("[envelope-36] as many bytes as the UMK's wraps have, afresh each time")
  void wrapsAfreshEachTime(String kind, int length) throws GeneralSecurityException {
    Vector vector = firstUnder(kind);
    byte[] dek = vector.intermediate("dek");
    Cipher cipher = cipher(Cipher.WRAP_MODE, vector);
    byte[] one = cipher.wrap(new SecretKeySpec(dek, "AES"));
    byte[] two = cipher.wrap(new SecretKeySpec(dek, "AES"));
    assertEquals(length, one.length);
    assertFalse(Arrays.equals(Arrays.copyOf(one, 12), Arrays.copyOf(two, 12)));
    assertArrayEquals(dek, unwrapped(vector, one));
    assertArrayEquals(dek, unwrapped(vector, two));
  }

  private static Vector firstUnder(String kind) {
    return EnvelopeVectors.WHOLE
        .tests("DekWrapUnwrap")
        .filter(test -> test.keys().get(0).get("kind").textValue().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("[envelope-36] by AES-KW nothing is drawn: the vector's own wrap comes again")
  void wrapsAgainByAesKw() throws GeneralSecurityException {
    Vector vector = firstUnder("kw");
    SecretKeySpec dek = new SecretKeySpec(vector.intermediate("dek"), "AES");
    assertArrayEquals(vector.bytes("wrap"), cipher(Cipher.WRAP_MODE, vector).wrap(dek));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 24, 31, 33, 64})
  @DisplayName("[envelope-36] only DEKs of 32 bytes")
  void refusesDeksOfOtherLengths(int length) throws GeneralSecurityException {
    Cipher cipher = cipher(Cipher.WRAP_MODE, SOME);
    assertThrows(
        InvalidKeyException.class, () -> cipher.wrap(new SecretKeySpec(new byte[length], "AES")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", ":", "a\0", "\n", "\u001f", "\u007f", "\u0085", "\u009f"})
  @DisplayName("[envelope-37] no colon, no control character")
  void refusesAmbiguousContexts(String part) {
    Stream.of(
            RecordContext.of(part, "b", "c"),
            RecordContext.of("a", part, "c"),
            RecordContext.of("a", "b", part))
        .forEach(
            context ->
                assertThrows(
                    IllegalArgumentException.class, () -> new DekWrapParameterSpec(context)));
  }
}
