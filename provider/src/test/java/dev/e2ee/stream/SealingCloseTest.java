package dev.e2ee.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.Suite;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told to those who close an {@link EnvelopeOutputStream}: success means finished. */
class SealingCloseTest {
  private static final byte[] LONG = Sample.plaintext(5 * 16_384 + 900);

  private static EnvelopeOutputStream to(Faulty.Sink sink) {
    return to(sink, null);
  }

  private static EnvelopeOutputStream to(Faulty.Sink sink, Suite suite) {
    try {
      Envelope envelope = Envelope.with(Sample.umk());
      return (suite == null ? envelope : envelope.withSuite(suite)).sealing(sink, Sample.context());
    } catch (InvalidKeyException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closeWithoutFinishIsToldAndLeavesNoEnd() throws IOException {
    // [envelope-47]
    for (byte[] plaintext :
        List.of(new byte[0], Sample.plaintext(500), LONG, Sample.plaintext(5 * 16_384))) {
      for (Suite suite : new Suite[] {null, Suite.AES_256_GCM_CHUNKED}) {
        Faulty.Sink sink = new Faulty.Sink();
        EnvelopeOutputStream out = to(sink, suite);
        out.write(plaintext);
        IOException e = Refused.with(IOException.class, out::close);
        assertTrue(e.getMessage().contains("finish()"));
        assertEquals(1, sink.closes());
        out.close();
        assertEquals(1, sink.closes());
        Refused.with(
            MalformedEnvelopeException.class,
            () -> Envelope.with(Sample.umk()).open(sink.bytes(), Sample.context()));
      }
    }
  }

  @Test
  void aFailureOnTheWayOutIsNotHidden() {
    IllegalStateException theirs = new IllegalStateException("the program's own");
    Faulty.Sink sink = new Faulty.Sink();
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> {
              try (EnvelopeOutputStream out = to(sink)) {
                out.write(LONG);
                throw theirs;
              }
            });
    assertSame(theirs, thrown);
    assertTrue(thrown.getSuppressed()[0].getMessage().contains("finish()"));
  }

  @Test
  void aCloseThatFails() throws IOException {
    IOException failure = new IOException("disk full");
    EnvelopeOutputStream finished = to(new Faulty.Sink(1 << 20, failure).failingToClose());
    finished.write(LONG);
    finished.finish();
    assertSame(failure, assertThrows(IOException.class, finished::close));
    finished.close();
    EnvelopeOutputStream open = to(new Faulty.Sink(1 << 20, failure).failingToClose());
    IOException both = assertThrows(IOException.class, open::close);
    assertTrue(both.getMessage().contains("finish()"));
    assertSame(failure, both.getSuppressed()[0]);
    assertFalse(open.isOpen());
  }

  /** The program has swallowed the first exception, or gets both from its try statement. */
  @Test
  void aCloseAfterAFailureIsNoSuccess() {
    IOException failure = new IOException("disk full");
    Faulty.Sink sink = new Faulty.Sink(1000, failure).failingToClose();
    IOException thrown =
        assertThrows(
            IOException.class,
            () -> {
              try (EnvelopeOutputStream out = to(sink)) {
                out.write(LONG);
              }
            });
    assertSame(failure, thrown);
    IOException onClose = (IOException) thrown.getSuppressed()[0];
    assertSame(failure, onClose.getCause());
    assertSame(failure, onClose.getSuppressed()[0]);
    assertEquals(1, sink.closes());
  }
}
