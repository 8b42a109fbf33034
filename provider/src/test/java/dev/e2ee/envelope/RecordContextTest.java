package dev.e2ee.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Section 3 of the specification, as a caller meets it. */
class RecordContextTest {
  private static void refused(String component) {
    Refused.with(IllegalArgumentException.class, () -> RecordContext.of(component, "b", "c"));
    Refused.with(IllegalArgumentException.class, () -> RecordContext.of("a", component, "c"));
    Refused.with(IllegalArgumentException.class, () -> RecordContext.of("a", "b", component));
    Refused.with(IllegalArgumentException.class, () -> Sample.context().withTenant(component));
  }

  @Test
  void loneSurrogatesAreRefusedNotReplaced() {
    // [envelope-14]
    for (String lone : List.of("\ud800", "a\udfff", "\udc00\ud800", "\ud83dx")) {
      refused(lone);
    }
  }

  @Test
  void oneTo1024BytesOfUtf8() {
    // [envelope-15]
    refused("");
    refused("x".repeat(1025));
    refused("\u00e9".repeat(513));
    refused("\u20ac".repeat(342));
    refused("\ud83d\ude00".repeat(257));
    for (String fits :
        List.of("x", "x".repeat(1024), "\u00e9".repeat(512), "\ud83d\ude00".repeat(256))) {
      assertEquals(fits, RecordContext.of(fits, fits, fits).withTenant(fits).userId());
    }
  }

  @Test
  void everyContextSealsAsTheSpecificationSays() throws GeneralSecurityException {
    // [envelope-12] [envelope-13] [envelope-14] [envelope-19] [envelope-25]
    String most = "\u20ac".repeat(341) + "x";
    try (Envelope envelope = Envelope.with(Sample.umk())) {
      for (RecordContext context :
          List.of(
              RecordContext.of("a", "b", "c"),
              RecordContext.of("a:b", ":", "\u0000"),
              RecordContext.of(" A ", "e\u0301", "\ud83d\ude00"),
              RecordContext.of("a", "b", "c").withTenant("t"),
              RecordContext.of("a", "b", "c").withRevision(0),
              RecordContext.of("a", "b", "c").withRevision(-1).withTenant("t"),
              RecordContext.of(most, most, most).withTenant(most).withRevision(Long.MIN_VALUE))) {
        ReferenceEnvelope reference = ReferenceEnvelope.of(context);
        byte[] plaintext = Sample.plaintext(9);
        assertArrayEquals(plaintext, reference.open(envelope.seal(plaintext, context)));
        assertArrayEquals(reference.plaintext, envelope.open(reference.seal(), context));
      }
    }
  }

  @Test
  void isAValue() {
    RecordContext one = RecordContext.of("a", "b", "c").withTenant("t").withRevision(-1);
    RecordContext same = RecordContext.of("a", "b", "c").withRevision(-1).withTenant("t");
    assertEquals(one, same);
    assertEquals(one.hashCode(), same.hashCode());
    assertNotEquals(one, RecordContext.of("a", "b", "c"));
    assertEquals(OptionalLong.of(-1), one.revision());
    assertTrue(one.toString().contains("18446744073709551615"), one::toString);
  }
}
