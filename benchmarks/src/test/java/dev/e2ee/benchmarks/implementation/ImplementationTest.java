package dev.e2ee.benchmarks.implementation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation does what is measured: it opens what it sealed, and nothing else. */
class ImplementationTest {
  private static final List<Integer> SIZES = List.of(64, 1024);
  private static final int PLACES = 23;
  private static final int TAG = 16;

  static Stream<Arguments> cases() {
    return Arrays.stream(Implementation.values())
        .flatMap(which -> SIZES.stream().map(size -> Arguments.of(which, size)));
  }

  /** An engine whose native code does not load here skips the test with the reason. */
  private static RecordCipher cipher(Implementation which) throws GeneralSecurityException {
    try {
      return which.start().forThread();
    } catch (LinkageError e) {
      return Assumptions.abort(which.id() + " does not load here: " + e);
    }
  }

  @ParameterizedTest(name = "{0}, {1} bytes")
  @MethodSource("cases")
  void opensWhatItSealedAndRefusesAFlippedBit(Implementation which, int size)
      throws GeneralSecurityException {
    RecordCipher cipher = cipher(which);
    RoundTrip record = RoundTrip.checked(cipher, size);
    assertEquals(size, record.plaintext().length);
    int encrypted = size + TAG;
    int first = record.sealed().length - encrypted;
    for (int i = 0; i < encrypted; i += 1 + encrypted / PLACES) {
      RoundTrip.checkRefused(cipher, record.sealed(), first + i);
    }
    if (cipher instanceof BufferCipher buffers) {
      RoundTrip.checkedInBuffers(buffers, size);
    }
  }

  @ParameterizedTest(name = "{0}, {1} bytes")
  @MethodSource("cases")
  void sealsEachRecordUnderADekOfItsOwn(Implementation which, int size)
      throws GeneralSecurityException {
    RecordCipher cipher = cipher(which);
    byte[] one = RoundTrip.unchecked(cipher, size).sealed();
    byte[] other = RoundTrip.unchecked(cipher, size).sealed();
    assertTrue(Arrays.mismatch(one, other) >= 0, "sealed twice to the same bytes");
  }

  @Test
  void isFoundByItsId() {
    for (Implementation which : Implementation.values()) {
      assertEquals(which, Implementation.of(which.id()));
    }
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> Implementation.of("rot13"))
                .getMessage());
    assertTrue(message.contains("tink"), message);
  }
}
