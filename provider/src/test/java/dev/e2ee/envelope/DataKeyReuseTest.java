package dev.e2ee.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.interop.pia.PiaRecords;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.testing.Derived;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One operation in custody for many envelopes: the bounds, and what stays as it was. */
class DataKeyReuseTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final byte[] HELLO = Sample.plaintext(33);
  private static final RecordContext CONTEXT = Sample.context();

  private final MemoryCustodyKey key = MemoryCustodyKey.umk();
  private DataKeyReuse reuse = DataKeyReuse.limitedTo(1_000, HOUR, 1 << 30);

  @AfterEach
  void close() {
    reuse.close();
  }

  private Envelope reusing() throws GeneralSecurityException {
    return Envelope.with(key).withDataKeyReuse(reuse);
  }

  private Envelope reusing(int uses, long bytes) throws GeneralSecurityException {
    reuse.close();
    reuse = DataKeyReuse.limitedTo(uses, HOUR, bytes);
    return reusing();
  }

  private List<byte[]> seals(Envelope envelope, int count) {
    return Stream.generate(() -> envelope.seal(HELLO, CONTEXT)).limit(count).toList();
  }

  private boolean isWiped(int number) {
    SecretBytes secret = key.deks().get(number);
    try {
      Arrays.fill(secret.copy(), (byte) 0);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  @Test
  void isOffUnlessItIsAskedFor() throws GeneralSecurityException {
    // [envelope-60]
    try (Envelope envelope = Envelope.with(key)) {
      seals(envelope, 2).forEach(one -> assertEquals(1, one[28]));
    }
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(Cipher.ENCRYPT_MODE, key, Sample.spec());
    assertEquals(1, cipher.doFinal(HELLO)[28]);
    assertEquals(1, cipher.doFinal(HELLO)[28]);
    assertEquals(4, key.wraps());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void sealsExactlySoManyWithOneDataKey(int uses) throws GeneralSecurityException {
    // [envelope-60]
    List<byte[]> all = seals(reusing(uses, 1 << 30), 3 * uses);
    assertEquals(3, key.wraps());
    for (int i = 0; i < all.size(); i++) {
      assertTrue(Derived.is(all.get(i)));
      assertEquals(
          Derived.dataKeyOf(all.get(i - i % uses)), Derived.dataKeyOf(all.get(i)), "number " + i);
    }
    assertEquals(3, all.stream().map(Derived::dataKeyOf).distinct().count());
    assertTrue(isWiped(0) && isWiped(1) && isWiped(2), "it ends with the last one");
  }

  @Test
  void sealsExactlySoManyBytes() throws GeneralSecurityException {
    // [envelope-60]
    Envelope envelope = reusing(1_000, 100);
    List<Integer> wraps = new ArrayList<>();
    for (int length : new int[] {60, 40, 0, 1, 98, 1, 1, 100, 0, 1}) {
      assertTrue(Derived.is(envelope.seal(new byte[length], CONTEXT)));
      wraps.add(key.wraps());
    }
    assertTrue(isWiped(0) && isWiped(1) && isWiped(2) && isWiped(3) && !isWiped(4));
    assertEquals(List.of(1, 1, 2, 2, 2, 2, 3, 4, 5, 5), wraps);
  }

  @Test
  void whatIsOverTheBoundIsWrappedForItself() throws GeneralSecurityException {
    // [envelope-60]
    Envelope envelope = reusing(1_000, 100);
    byte[] before = envelope.seal(new byte[1], CONTEXT);
    assertEquals(1, envelope.seal(new byte[101], CONTEXT)[28]);
    assertEquals(1, envelope.seal(new byte[70_000], CONTEXT)[28]);
    byte[] after = envelope.seal(new byte[99], CONTEXT);
    assertEquals(Derived.dataKeyOf(before), Derived.dataKeyOf(after), "it spends nothing");
    assertEquals(3, key.wraps());
  }

  @Test
  void refusesBoundsThatAreNone() {
    // [envelope-60]
    DataKeyReuse.limitedTo(1 << 20, HOUR, 1L << 40).close();
    for (int uses : new int[] {0, -1, (1 << 20) + 1}) {
      assertThrows(
          IllegalArgumentException.class, () -> DataKeyReuse.limitedTo(uses, HOUR, 1).close());
    }
    for (Duration age : new Duration[] {Duration.ZERO, HOUR.plusNanos(1), HOUR.negated()}) {
      assertThrows(IllegalArgumentException.class, () -> DataKeyReuse.limitedTo(1, age, 1).close());
    }
    for (long bytes : new long[] {0, -1, (1L << 40) + 1}) {
      assertThrows(
          IllegalArgumentException.class, () -> DataKeyReuse.limitedTo(1, HOUR, bytes).close());
    }
  }

  @EveryEngine
  void isWhatTheSpecificationSays(TestEngine engine) throws GeneralSecurityException {
    // [envelope-57] [envelope-58]
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, key, Sample.spec().withDataKeyReuse(reuse));
    Set<String> salts = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      byte[] envelope = sealing.doFinal(HELLO);
      byte[] dek = Derived.dek(key.umkBytes(), envelope, CONTEXT);
      int body = Derived.HEADER;
      assertArrayEquals(
          Derived.commitment(dek, envelope, CONTEXT),
          Arrays.copyOfRange(envelope, body - 32, body));
      byte[] box = Arrays.copyOfRange(envelope, body, envelope.length);
      assertArrayEquals(
          HELLO, ReferenceEnvelope.unbox(dek, box, ReferenceEnvelope.payloadAad(CONTEXT)));
      assertTrue(salts.add(java.util.HexFormat.of().formatHex(envelope, 91, 123)));
      // [envelope-62]
      assertArrayEquals(
          HELLO, engine.cipher(Cipher.DECRYPT_MODE, key, Sample.spec()).doFinal(envelope));
    }
    assertEquals(1, key.wraps());
  }

  @ParameterizedTest
  @EnumSource
  void opensWithAndWithoutIt(Suite suite) throws GeneralSecurityException {
    // [envelope-62]
    Envelope envelope = reusing().withSuite(suite);
    List<byte[]> all = seals(envelope, 5);
    for (byte[] one : all) {
      assertArrayEquals(HELLO, envelope.open(one, CONTEXT));
    }
    assertEquals(1, key.unwraps(), "one data key, kept");
    for (byte[] one : all) {
      assertArrayEquals(HELLO, Envelope.with(key).open(one, CONTEXT));
      assertThrows(
          AEADBadTagException.class, () -> envelope.open(one, CONTEXT.withTenant("other")));
    }
    // [envelope-65]
    assertEquals(11, key.unwraps(), "each without it, and what another context refused once more");
    for (int number = 1; number < 12; number++) {
      assertEquals(number < 11, isWiped(number), "only what is kept is there: " + number);
    }
    reuse.close();
    assertTrue(isWiped(0) && isWiped(11));
  }

  @Test
  void openersKeepADataKeyForSoManyEnvelopes() throws GeneralSecurityException {
    // [envelope-62]
    List<byte[]> all = seals(reusing(), 7);
    Envelope opener = reusing(3, 1);
    for (byte[] one : all) {
      assertArrayEquals(HELLO, opener.open(one, CONTEXT));
    }
    assertEquals(3, key.unwraps());
  }

  @Test
  void openersKeepNoMoreThan64() throws GeneralSecurityException {
    // [envelope-62]
    List<byte[]> all = seals(reusing(1, 1 << 30), 65);
    Envelope opener = reusing(1_000, 1);
    for (byte[] one : all) {
      opener.open(one, CONTEXT);
    }
    assertTrue(isWiped(65), "the first one that was unwrapped");
    for (int number = 66; number < 130; number++) {
      assertFalse(isWiped(number), "number " + number);
    }
    for (byte[] one : all.subList(1, 65)) {
      opener.open(one, CONTEXT);
    }
    assertEquals(65, key.unwraps());
    opener.open(all.get(0), CONTEXT);
    assertEquals(66, key.unwraps());
  }

  @Test
  void whatIsNotAuthenticIsNotKept() throws GeneralSecurityException {
    Envelope envelope = reusing();
    byte[] good = envelope.seal(HELLO, CONTEXT);
    for (int at : new int[] {31, 60, 90, 91, 122, 123, 154, 155, good.length - 1}) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      var e = Refused.with(AEADBadTagException.class, () -> envelope.open(bad, CONTEXT));
      var without =
          Refused.with(AEADBadTagException.class, () -> Envelope.with(key).open(bad, CONTEXT));
      // [envelope-29]
      assertEquals(without.getMessage(), e.getMessage());
    }
    assertArrayEquals(HELLO, envelope.open(good, CONTEXT));
  }

  @Test
  void theKeyIdOfAnotherCustodyIsNotEnough() throws GeneralSecurityException {
    // [envelope-61]
    MemoryCustodyKey twin = key.twin();
    assertEquals(key.id(), twin.id());
    Envelope mine = reusing();
    Envelope theirs = Envelope.with(twin).withDataKeyReuse(reuse);
    byte[] sealed = mine.seal(HELLO, CONTEXT);
    byte[] other = theirs.seal(HELLO, CONTEXT);
    assertNotEquals(Derived.dataKeyOf(sealed), Derived.dataKeyOf(other));
    assertArrayEquals(HELLO, mine.open(sealed, CONTEXT));
    Refused.with(AEADBadTagException.class, () -> theirs.open(sealed, CONTEXT));
    assertEquals(1, twin.unwraps(), "its own custody was asked");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"LOCKED", "CLOSED", "POLICY"})
  void endsWhenTheCustodyWouldNotWrap(Kind kind) throws GeneralSecurityException {
    // [envelope-61]
    Envelope envelope = reusing();
    byte[] sealed = envelope.seal(HELLO, CONTEXT);
    envelope.open(sealed, CONTEXT);
    assertFalse(isWiped(0) || isWiped(1));
    key.standWith(new CustodyException(kind, "the test says so"));
    var e = assertThrows(CustodyException.class, () -> envelope.seal(HELLO, CONTEXT));
    assertEquals(kind, e.kind());
    assertTrue(isWiped(0) && isWiped(1), "whatever it was kept for");
    e = assertThrows(CustodyException.class, () -> envelope.open(sealed, CONTEXT));
    assertEquals(kind, e.kind());
    key.standWith(null);
    assertNotEquals(Derived.dataKeyOf(sealed), Derived.dataKeyOf(envelope.seal(HELLO, CONTEXT)));
    assertArrayEquals(HELLO, envelope.open(sealed, CONTEXT));
  }

  @Test
  void noneIsUsedAfterALockThoughItIsUnlockedAgain() throws GeneralSecurityException {
    // [envelope-61]
    Envelope envelope = reusing();
    byte[] sealed = envelope.seal(HELLO, CONTEXT);
    envelope.open(sealed, CONTEXT);
    key.lockAndUnlock();
    assertNotEquals(Derived.dataKeyOf(sealed), Derived.dataKeyOf(envelope.seal(HELLO, CONTEXT)));
    assertTrue(isWiped(0) && isWiped(1), "whatever it was kept for");
    envelope.open(sealed, CONTEXT);
    assertEquals(2, key.unwraps());
  }

  @Test
  void aGenerationThatIsOutOfUseCostsTheOthersNothing() throws GeneralSecurityException {
    // [envelope-61]
    byte[] old = reusing().seal(HELLO, CONTEXT);
    MemoryCustodyKey next = key.rotate();
    Envelope envelope = Envelope.with(next).withDataKeyReuse(reuse);
    byte[] first = envelope.seal(HELLO, CONTEXT);
    key.retire();
    var e = assertThrows(CustodyException.class, () -> envelope.open(old, CONTEXT));
    assertEquals(Kind.POLICY, e.kind());
    assertEquals(Derived.dataKeyOf(first), Derived.dataKeyOf(envelope.seal(HELLO, CONTEXT)));
  }

  @Test
  void aWrapThatDoesNotOpenSealsNothing() throws GeneralSecurityException {
    // [envelope-64]
    Envelope envelope = reusing();
    key.spoilWraps(1);
    var e = assertThrows(CustodyException.class, () -> envelope.seal(HELLO, CONTEXT));
    assertEquals(Kind.TRANSIENT, e.kind());
    assertTrue(isWiped(0));
    key.spoilUnwraps(1);
    e = assertThrows(CustodyException.class, () -> envelope.seal(HELLO, CONTEXT));
    assertEquals(Kind.TRANSIENT, e.kind());
    byte[] sealed = envelope.seal(HELLO, CONTEXT);
    assertArrayEquals(HELLO, Envelope.with(key).open(sealed, CONTEXT));
    assertEquals(3, key.wraps());
    assertEquals(2, key.checked().size());
    key.checked().forEach(dek -> assertThrows(IllegalStateException.class, dek::copy));
  }

  /** A custody that gives a wrong key without a word, once or always another one. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCustodyThatErrsIsNoTampering(boolean derived) throws GeneralSecurityException {
    // [envelope-65]
    Envelope envelope = derived ? reusing() : Envelope.with(key);
    byte[] sealed = envelope.seal(HELLO, CONTEXT);
    key.spoilUnwraps(1);
    assertArrayEquals(HELLO, envelope.open(sealed, CONTEXT));
    if (derived) {
      key.lockAndUnlock(); // what is kept now is right
    }
    key.spoilUnwraps(2);
    var e = assertThrows(CustodyException.class, () -> envelope.open(sealed, CONTEXT));
    assertEquals(Kind.TRANSIENT, e.kind());
    if (derived) {
      key.lockAndUnlock();
    }
    key.cutUnwrapsTo(31);
    e = assertThrows(CustodyException.class, () -> envelope.open(sealed, CONTEXT));
    assertEquals(Kind.TRANSIENT, e.kind());
    key.cutUnwrapsTo(32);
    assertArrayEquals(HELLO, envelope.open(sealed, CONTEXT));
  }

  @Test
  void eachGenerationHasItsOwn() throws GeneralSecurityException {
    // [envelope-61]
    byte[] old = reusing().seal(HELLO, CONTEXT);
    MemoryCustodyKey next = key.rotate();
    Envelope second = Envelope.with(next).withDataKeyReuse(reuse);
    byte[] recent = second.seal(HELLO, CONTEXT);
    assertNotEquals(Derived.dataKeyOf(old), Derived.dataKeyOf(recent));
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(HELLO, second.open(old, CONTEXT));
      assertArrayEquals(HELLO, second.open(recent, CONTEXT));
    }
    assertEquals(2, key.unwraps(), "of both generations");
    Envelope strict = second.withMinimumGeneration(2);
    Refused.with(WrongKeyException.class, () -> strict.open(old, CONTEXT));
  }

  @Test
  void aSickCustodyIsToldAsItIs() throws GeneralSecurityException {
    // [envelope-31]
    Envelope envelope = reusing();
    CustodyException sick = new CustodyException(Kind.REMOVED, "the test says so");
    key.failWith(sick);
    assertEquals(sick, assertThrows(CustodyException.class, () -> seals(envelope, 1)));
    assertEquals(0, key.deks().size());
    key.failWith(null);
    assertTrue(Derived.is(envelope.seal(HELLO, CONTEXT)));
  }

  @Test
  void rewrapsToWhatIsWrappedForItself() throws GeneralSecurityException {
    // [envelope-63]
    Envelope envelope = reusing();
    MemoryCustodyKey target = MemoryCustodyKey.umk();
    List<byte[]> all = seals(envelope.withSuite(Suite.AES_256_GCM_CHUNKED), 3);
    for (byte[] one : all) {
      byte[] moved = envelope.rewrap(one, target, CONTEXT);
      assertEquals(1, moved[28]);
      assertArrayEquals(
          Arrays.copyOfRange(one, 155, one.length), Arrays.copyOfRange(moved, 123, moved.length));
      assertArrayEquals(HELLO, Envelope.with(target).open(moved, CONTEXT));
      byte[] dek = Derived.dek(key.umkBytes(), one, CONTEXT);
      byte[] box = Arrays.copyOfRange(moved, 31, 91);
      assertArrayEquals(
          dek, ReferenceEnvelope.unbox(target.umkBytes(), box, ReferenceEnvelope.dekAad(CONTEXT)));
    }
    assertEquals(1, key.unwraps());
    assertEquals(3, target.wraps());
  }

  @Test
  void isNotForKeysInMemory() throws GeneralSecurityException {
    Envelope raw = Envelope.with(Sample.umk());
    Refused.with(IllegalArgumentException.class, () -> raw.withDataKeyReuse(reuse));
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    EnvelopeParameterSpec spec = Sample.spec().withDataKeyReuse(reuse);
    for (int mode : new int[] {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE}) {
      Refused.with(
          InvalidAlgorithmParameterException.class, () -> cipher.init(mode, Sample.umk(), spec));
    }
  }

  @Test
  void piaRecordsKnowNoDataKeys() throws GeneralSecurityException {
    // [envelope-38]
    byte[] sealed = reusing().seal(HELLO, CONTEXT);
    Refused.with(UnsupportedEnvelopeException.class, () -> PiaRecords.fromEnvelope(sealed));
  }

  @Test
  void theAadOfDataKeysIsNoRecords() throws GeneralSecurityException {
    // [envelope-59]
    byte[] aad = "e2ee-data-key-v1".getBytes(StandardCharsets.US_ASCII);
    byte[] longer = Arrays.copyOf(aad, aad.length + 1);
    Envelope envelope = Envelope.with(key);
    byte[] sealed = envelope.seal(HELLO, longer);
    assertArrayEquals(HELLO, envelope.open(sealed, longer));
    int before = key.wraps() + key.unwraps();
    Refused.with(IllegalArgumentException.class, () -> envelope.seal(HELLO, aad));
    Refused.with(IllegalArgumentException.class, () -> envelope.open(sealed, aad));
    Refused.with(IllegalArgumentException.class, () -> envelope.rewrap(sealed, key, aad));
    for (int mode : new int[] {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE}) {
      Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
      cipher.init(mode, key);
      cipher.updateAAD(aad);
      Refused.with(IllegalArgumentException.class, () -> cipher.doFinal(sealed));
    }
    assertEquals(before, key.wraps() + key.unwraps(), "no key was touched");
  }

  @Test
  void onceClosedItSaysSo() throws GeneralSecurityException {
    // [envelope-61]
    Envelope envelope = reusing();
    byte[] sealed = envelope.seal(HELLO, CONTEXT);
    reuse.close();
    reuse.close();
    assertTrue(isWiped(0));
    Refused.with(IllegalStateException.class, () -> envelope.seal(HELLO, CONTEXT));
    Refused.with(IllegalStateException.class, () -> envelope.open(sealed, CONTEXT));
    assertArrayEquals(HELLO, Envelope.with(key).open(sealed, CONTEXT));
    assertEquals("DataKeyReuse[uses=1000, age=PT1H, bytes=1073741824]", reuse.toString());
  }
}
