package dev.e2ee.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.Derived;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.crypto.Cipher;
import javax.crypto.CipherOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Data keys where lengths matter: ciphers that promise them, streams that do not know them. */
class DataKeyReuseLengthsTest {
  private static final byte[] HELLO = Sample.plaintext(33);
  private static final RecordContext CONTEXT = Sample.context();

  private final MemoryCustodyKey key = MemoryCustodyKey.umk();
  private final DataKeyReuse reuse = DataKeyReuse.limitedTo(1_000, Duration.ofHours(1), 1 << 30);

  @AfterEach
  void close() {
    reuse.close();
  }

  @Test
  void aCipherTellsTheLengthsThatItWrites() throws GeneralSecurityException {
    for (Suite suite : Suite.values()) {
      Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
      cipher.init(Cipher.ENCRYPT_MODE, key, Sample.spec().withSuite(suite).withDataKeyReuse(reuse));
      for (int length : new int[] {0, 1, 16_384, 70_000}) {
        int promised = cipher.getOutputSize(length);
        ByteBuffer out = ByteBuffer.allocate(promised);
        assertEquals(promised, cipher.doFinal(ByteBuffer.allocate(length), out));
        assertTrue(Derived.is(out.array()));
        assertEquals(length, Envelope.with(key).open(out.array(), CONTEXT).length);
      }
    }
    assertEquals(1, key.wraps());
  }

  @Test
  void whoseLengthIsNotKnownIsWrappedForItself() throws GeneralSecurityException, IOException {
    // [envelope-60]
    Envelope envelope = Envelope.with(key).withDataKeyReuse(reuse);
    for (int length : new int[] {0, 65_536, 65_537, 200_000}) {
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      try (EnvelopeOutputStream out = envelope.sealing(sink, CONTEXT)) {
        out.write(new byte[length / 2]);
        out.write(new byte[length - length / 2]);
        out.finish();
      }
      byte[] sealed = sink.toByteArray();
      assertEquals(length <= 65_536, Derived.is(sealed), length + " bytes");
      ByteArrayInputStream source = new ByteArrayInputStream(sealed);
      assertEquals(length, envelope.opening(source, CONTEXT).readAllBytes().length);
    }
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(Cipher.ENCRYPT_MODE, key, Sample.chunked().withDataKeyReuse(reuse));
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    sink.writeBytes(cipher.update(HELLO));
    sink.writeBytes(cipher.doFinal());
    assertFalse(Derived.is(sink.toByteArray()));
    assertArrayEquals(HELLO, envelope.open(sink.toByteArray(), CONTEXT));
    assertTrue(Derived.is(cipher.doFinal(HELLO)));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    cipher.init(Cipher.ENCRYPT_MODE, key, Sample.spec().withDataKeyReuse(reuse));
    try (CipherOutputStream out = new CipherOutputStream(stream, cipher)) {
      out.write(HELLO);
    }
    assertTrue(Derived.is(stream.toByteArray()));
  }

  @Test
  void isNoPartOfEncodedParameters() throws GeneralSecurityException, IOException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(Cipher.ENCRYPT_MODE, key, Sample.spec());
    byte[] without = cipher.getParameters().getEncoded();
    cipher.init(Cipher.ENCRYPT_MODE, key, Sample.spec().withDataKeyReuse(reuse));
    assertArrayEquals(without, cipher.getParameters().getEncoded());
  }
}
