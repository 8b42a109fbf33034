package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.AuditRecord;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One wrap of a real key file for many envelopes, and a key file that is heard all the same. */
class DataKeyReuseInKeyFileTest {
  private static final RecordContext CONTEXT = RecordContext.of("ann", "note", "42");
  private static final byte[] TEXT = "hello".getBytes(UTF_8);

  @TempDir Path directory;
  private final List<AuditRecord> audit = new CopyOnWriteArrayList<>();
  private final DataKeyReuse reuse =
      DataKeyReuse.limitedTo(DataKeyReuse.MAX_USES, Duration.ofMinutes(5), 1 << 30);
  private KeyCustody keys;
  private CustodyKey first;

  @BeforeEach
  void makeAKeyFile() {
    Path file = directory.resolve("keys.e2ee");
    KeyFile.create(file, NewSlot.raw(), CustodyOptions.defaults()).close();
    keys = open(CustodyOptions.defaults().withAuditSink(audit::add));
    first = keys.generate("default", KeyKind.UMK);
  }

  private KeyCustody open(CustodyOptions options) {
    KeyCustody opened =
        Custodies.installed().open(CustodyUri.ofFile(directory.resolve("keys.e2ee")), options);
    opened.unlock();
    return opened;
  }

  @AfterEach
  void close() {
    reuse.close();
    keys.close();
  }

  private Envelope reusing(CustodyKey key) throws Exception {
    return Envelope.with(key).withDataKeyReuse(reuse);
  }

  private long count(String operation) {
    return audit.stream().filter(record -> record.operation().equals(operation)).count();
  }

  private static void refused(Kind kind, org.junit.jupiter.api.function.Executable action) {
    assertEquals(kind, assertThrows(CustodyException.class, action).kind());
  }

  @Test
  void isOneOperationForTypedApiAndCiphers() throws Exception {
    Envelope envelope = reusing(first);
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    var spec = new EnvelopeParameterSpec(CONTEXT).withDataKeyReuse(reuse);
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(envelope.seal(TEXT, CONTEXT));
      cipher.init(Cipher.ENCRYPT_MODE, first, spec);
      all.add(cipher.doFinal(TEXT));
    }
    assertEquals(1, count("wrap"));
    assertEquals(1, count("unwrap"), "it was tried"); // [envelope-64]
    cipher.init(Cipher.DECRYPT_MODE, first, spec);
    for (byte[] sealed : all) {
      assertArrayEquals(TEXT, envelope.open(sealed, CONTEXT));
      assertArrayEquals(TEXT, cipher.doFinal(sealed));
    }
    assertEquals(2, count("unwrap"));
    // [envelope-60]
    Envelope without = Envelope.with(first);
    assertEquals(1, without.seal(TEXT, CONTEXT)[28]);
    assertEquals(1, without.seal(TEXT, CONTEXT)[28]);
    assertEquals(3, count("wrap"));
  }

  @Test
  void aLockIsNoticedAtOnce() throws Exception {
    // [envelope-61]
    Envelope envelope = reusing(first);
    byte[] sealed = envelope.seal(TEXT, CONTEXT);
    envelope.open(sealed, CONTEXT);
    keys.lock();
    refused(Kind.LOCKED, () -> envelope.seal(TEXT, CONTEXT));
    refused(Kind.LOCKED, () -> envelope.open(sealed, CONTEXT));
    keys.unlock();
    assertArrayEquals(TEXT, envelope.open(envelope.seal(TEXT, CONTEXT), CONTEXT));
    assertEquals(2, count("wrap"), "the data key was wiped");
    keys.close();
    refused(Kind.CLOSED, () -> envelope.seal(TEXT, CONTEXT));
    refused(Kind.CLOSED, () -> envelope.open(sealed, CONTEXT));
  }

  /** Two processes of an application: one rotates and retires, the other keeps a data key. */
  @Test
  void whatAnotherProcessChangesIsNoticedAtOnce() throws Exception {
    // [envelope-61]
    Envelope envelope = reusing(first);
    byte[] sealed = envelope.seal(TEXT, CONTEXT);
    envelope.open(sealed, CONTEXT);
    try (KeyCustody other = open(CustodyOptions.defaults())) {
      other.rotate("default");
      refused(Kind.POLICY, () -> envelope.seal(TEXT, CONTEXT));
      CustodyKey second = keys.find("default");
      Envelope next = reusing(second);
      assertEquals(2, Envelope.inspect(next.seal(TEXT, CONTEXT)).generation());
      assertArrayEquals(TEXT, next.open(sealed, CONTEXT));
      other.retire(first.id());
      refused(Kind.POLICY, () -> next.open(sealed, CONTEXT));
    }
  }

  /** While records are sealed by many threads the file is locked: none is sealed after that. */
  @Test
  void nothingIsSealedOnceItIsLocked() throws Exception {
    // [envelope-61]
    Envelope envelope = reusing(first);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        all.add(
            threads.submit(
                () -> {
                  while (true) {
                    byte[] sealed = envelope.seal(TEXT, CONTEXT);
                    assertArrayEquals(TEXT, envelope.open(sealed, CONTEXT));
                  }
                }));
      }
      while (count("unwrap") == 0) {
        Thread.onSpinWait();
      }
      keys.lock();
      refused(Kind.LOCKED, () -> envelope.seal(TEXT, CONTEXT));
      for (Future<?> one : all) {
        var e = assertThrows(ExecutionException.class, one::get);
        assertEquals(Kind.LOCKED, ((CustodyException) e.getCause()).kind());
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
