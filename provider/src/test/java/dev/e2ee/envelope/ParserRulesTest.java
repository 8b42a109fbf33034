package dev.e2ee.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

/** Section 2 of the specification: what is told of bytes before any key is touched. */
class ParserRulesTest {
  private static final Class<MalformedEnvelopeException> MALFORMED =
      MalformedEnvelopeException.class;
  private static final Class<UnsupportedEnvelopeException> UNSUPPORTED =
      UnsupportedEnvelopeException.class;
  private static final int MOST = 16 << 20;

  /** One fault, in the order in which a parser meets them. */
  private record Fault(Class<? extends AEADBadTagException> type, int offset, int value) {
    byte[] in(byte[] envelope) {
      byte[] changed = envelope.clone();
      changed[offset] = (byte) value;
      return changed;
    }
  }

  private static final List<Fault> FAULTS =
      List.of(
          new Fault(MALFORMED, 0, 'F'), // [envelope-1]
          new Fault(UNSUPPORTED, 4, 2), // [envelope-2]
          new Fault(UNSUPPORTED, 5, 3), // [envelope-3]
          new Fault(UNSUPPORTED, 6, 0x80), // [envelope-4]
          new Fault(MALFORMED, 11, 0), // [envelope-5]
          new Fault(UNSUPPORTED, 28, 5), // [envelope-6]
          new Fault(MALFORMED, 28, 2), // [envelope-7]
          new Fault(MALFORMED, 28, 3), // [envelope-7]
          new Fault(MALFORMED, 28, 4), // [envelope-7]
          new Fault(MALFORMED, 30, 44)); // [envelope-7]

  private static byte[] envelope() {
    return ReferenceEnvelope.of(Sample.context()).seal();
  }

  /** The same verdict from inspect, the typed opener and the cipher, and no key touched. */
  private static void refused(Class<? extends AEADBadTagException> type, byte[] bytes)
      throws GeneralSecurityException {
    // [envelope-10] [envelope-11]
    Refused.with(type, () -> Envelope.inspect(bytes));
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Envelope envelope = Envelope.with(key);
    Refused.with(type, () -> envelope.open(bytes, Sample.context()));
    Refused.with(type, () -> envelope.rewrap(bytes, Sample.umk(), Sample.context()));
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(Cipher.DECRYPT_MODE, key, Sample.spec());
    Refused.with(type, () -> cipher.doFinal(bytes));
    assertEquals(0, key.unwraps());
  }

  @Test
  void everyFieldAlone() throws GeneralSecurityException {
    byte[] good = envelope();
    for (Fault fault : FAULTS) {
      refused(fault.type(), fault.in(good));
    }
  }

  @Test
  void everyValueOfTheSmallFields() throws GeneralSecurityException {
    // [envelope-2] [envelope-3] [envelope-4] [envelope-6] [envelope-7]
    byte[] good = envelope();
    for (int value = 0; value < 256; value++) {
      for (int offset : new int[] {4, 5, 28}) {
        boolean knownWrapAlg = offset == 28 && Set.of(1, 2, 3, 4).contains(value & 0x7f);
        if (knownWrapAlg && value != 1) {
          refused(MALFORMED, new Fault(MALFORMED, offset, value).in(good)); // by its length
        } else if (value != 1 && (offset != 5 || value != 2)) {
          refused(UNSUPPORTED, new Fault(UNSUPPORTED, offset, value).in(good));
        }
      }
      if (value != 0) {
        refused(UNSUPPORTED, new Fault(UNSUPPORTED, 6, value).in(good));
        refused(MALFORMED, new Fault(MALFORMED, 29, value).in(good));
      }
      if (value > 1) {
        refused(UNSUPPORTED, new Fault(UNSUPPORTED, 7, value).in(good));
      }
      if (value != 60) {
        refused(MALFORMED, new Fault(MALFORMED, 30, value).in(good));
      }
    }
  }

  @Test
  void theFirstOfTwoFaultsIsTold() throws GeneralSecurityException {
    byte[] good = envelope();
    for (int i = 0; i < FAULTS.size(); i++) {
      for (int j = i + 1; j < FAULTS.size(); j++) {
        refused(FAULTS.get(i).type(), FAULTS.get(i).in(FAULTS.get(j).in(good)));
      }
      byte[] cutBehindTheFixedPart = Arrays.copyOf(FAULTS.get(i).in(good), 31);
      refused(FAULTS.get(i).type(), cutBehindTheFixedPart);
      refused(MALFORMED, Arrays.copyOf(FAULTS.get(i).in(good), 30));
    }
  }

  @Test
  void bodiesOfEveryWrongLength() throws GeneralSecurityException {
    // [envelope-8] [envelope-9]
    byte[] head = Arrays.copyOf(envelope(), 123);
    refused(MALFORMED, head);
    refused(MALFORMED, Arrays.copyOf(head, 123 + 27));
    refused(MALFORMED, Arrays.copyOf(head, 123 + 28 + MOST + 1));
    refused(MALFORMED, Arrays.copyOf(head, 123 + 28 + MOST + 5000));
    assertEquals(0, Envelope.inspect(Arrays.copyOf(head, 151)).plaintextLength());
    assertEquals(MOST, Envelope.inspect(Arrays.copyOf(head, 151 + MOST)).plaintextLength());
    byte[] lie = Arrays.copyOf(head, 31);
    lie[29] = (byte) 0xFF;
    lie[30] = (byte) 0xFF;
    refused(MALFORMED, lie);
  }

  @Test
  void moreInputThanAnyEnvelopeHas() throws GeneralSecurityException {
    // [envelope-8]
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk());
    byte[] longest = Arrays.copyOf(envelope(), MOST + 151);
    byte[] mebibyte = new byte[1 << 20];
    int longerHeader = 4096 - 123;
    Refused.with(MALFORMED, () -> cipher.doFinal(Arrays.copyOf(longest, MOST + 152)));
    for (int i = 0; i < 16; i++) {
      cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), Sample.spec());
      cipher.update(longest);
      int length = 1 << i;
      assertEquals(0, cipher.update(mebibyte, 0, length, mebibyte, 0));
      if (length > longerHeader) { // which is more than is collected whatever the header's length
        Refused.with(
            IllegalStateException.class, () -> cipher.update(mebibyte, 0, length, mebibyte, 0));
      } else {
        assertEquals(0, cipher.update(mebibyte, 0, length, mebibyte, 0));
      }
      Refused.with(MALFORMED, cipher::doFinal);
      Refused.with(IllegalStateException.class, cipher::doFinal);
    }
  }

  @Test
  void inspectTellsTheHeader() throws MalformedEnvelopeException {
    // [envelope-11]
    ReferenceEnvelope reference = ReferenceEnvelope.of(Sample.context());
    reference.generation = -1;
    reference.keyId = ReferenceEnvelope.random(16);
    EnvelopeInfo info = Envelope.inspect(reference.seal());
    assertEquals(Suite.AES_256_GCM, info.suite());
    assertEquals(4_294_967_295L, Integer.toUnsignedLong(info.generation()));
    assertArrayEquals(reference.keyId, info.keyId().toBytes());
    assertEquals(1, info.wrapAlg());
    assertEquals(123, info.headerLength());
    assertEquals(20, info.plaintextLength());
    // [envelope-18]
    assertFalse(info.contextFree());
    assertTrue(Envelope.inspect(ReferenceEnvelope.ofNothing().seal()).contextFree());
  }

  @Test
  void randomBytesAreRefusedOrInspected() {
    Random random = Sample.random("ParserRulesTest.randomBytes");
    byte[] good = envelope();
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 20));
      for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(Math.min(bytes.length, 31))] = (byte) random.nextInt();
      }
      try {
        assertEquals(bytes.length - 151, Envelope.inspect(bytes).plaintextLength());
      } catch (MalformedEnvelopeException refused) {
        Refused.assertNoSecret(refused.toString());
      }
    }
  }
}
