package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One operation of a token for many envelopes, and a token that is heard in time all the same. */
@Tag("once")
class DataKeyReuseTest {
  private static final RecordContext CONTEXT = RecordContext.of("ann", "note", "1");
  private static final byte[] TEXT = {1, 2, 3};

  private final List<AuditRecord> audit = new CopyOnWriteArrayList<>();
  private final DataKeyReuse reuse = DataKeyReuse.limitedTo(1_000, Duration.ofMinutes(5), 1 << 30);

  @AfterEach
  void close() {
    reuse.close();
  }

  private Pkcs11Custody open(RealToken kind) throws Exception {
    Pkcs11Custody custody =
        new Pkcs11Provider()
            .open(kind.make().uri(), Opened.giving(RealToken.PIN).withAuditSink(audit::add));
    custody.unlock();
    return custody;
  }

  private Envelope reusing(CustodyKey key) throws Exception {
    return Envelope.with(key).withDataKeyReuse(reuse);
  }

  private long count(String operation) {
    return audit.stream().filter(record -> record.operation().equals(operation)).count();
  }

  private static void refused(Kind kind, Runnable action) {
    assertEquals(kind, assertThrows(CustodyException.class, action::run).kind());
  }

  private static Runnable opening(Envelope envelope, byte[] sealed) {
    return () -> {
      try {
        envelope.open(sealed, CONTEXT);
      } catch (javax.crypto.AEADBadTagException e) {
        throw new AssertionError(e);
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void aHundredRecordsCostOneWrapAndTwoUnwraps(RealToken kind) throws Exception {
    try (Pkcs11Custody custody = open(kind)) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      Envelope envelope = reusing(key);
      List<byte[]> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(envelope.seal(TEXT, CONTEXT));
      }
      assertEquals(1, count("wrap"));
      assertEquals(1, count("unwrap"), "it was tried"); // [envelope-64]
      for (byte[] sealed : all) {
        assertArrayEquals(TEXT, envelope.open(sealed, CONTEXT));
      }
      assertEquals(2, count("unwrap"));
      byte[] without = Envelope.with(key).seal(TEXT, CONTEXT);
      assertEquals(
          Envelope.inspect(without).wrapAlg() + 128, Envelope.inspect(all.get(0)).wrapAlg());
      assertArrayEquals(TEXT, Envelope.with(key).open(all.get(99), CONTEXT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheTokenWouldNotDoIsToldAtOnce(RealToken kind) throws Exception {
    // [envelope-61]
    Envelope next;
    try (Pkcs11Custody custody = open(kind)) {
      CustodyKey first = custody.generate("records", KeyKind.UMK);
      Envelope envelope = reusing(first);
      byte[] sealed = envelope.seal(TEXT, CONTEXT);
      opening(envelope, sealed).run();
      custody.lock();
      refused(Kind.LOCKED, () -> envelope.seal(TEXT, CONTEXT));
      refused(Kind.LOCKED, opening(envelope, sealed));
      custody.unlock();
      envelope.seal(TEXT, CONTEXT);
      opening(envelope, sealed).run();
      assertEquals(2, count("wrap"), "the data key was wiped");
      long unwraps = count("unwrap");
      custody.lock();
      custody.unlock();
      envelope.seal(TEXT, CONTEXT);
      opening(envelope, sealed).run();
      assertEquals(3, count("wrap"), "though nobody came while it was locked");
      assertEquals(unwraps + 2, count("unwrap"));
      CustodyKey second = custody.rotate("records");
      refused(Kind.POLICY, () -> envelope.seal(TEXT, CONTEXT));
      next = reusing(second);
      next.seal(TEXT, CONTEXT);
      opening(next, sealed).run();
      custody.retire(first.id());
      refused(Kind.POLICY, opening(next, sealed));
    }
    refused(Kind.CLOSED, () -> next.seal(TEXT, CONTEXT));
  }
}
