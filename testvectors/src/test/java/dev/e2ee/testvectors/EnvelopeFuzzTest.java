package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.UserMasterKey;
import dev.e2ee.internal.format.EnvelopeHeader;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/** Any bytes: the parser answers or refuses with its own exception, and what it reads it writes. */
class EnvelopeFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void parsesOrRefuses(byte[] input) throws Exception {
    EnvelopeInfo info;
    try {
      info = Envelope.inspect(input);
    } catch (MalformedEnvelopeException e) {
      return;
    }
    EnvelopeHeader header = EnvelopeHeader.parse(input, input.length);
    byte[] written = new byte[info.headerLength()];
    header.writeTo(written);
    assertArrayEquals(Arrays.copyOf(input, written.length), written);
    try (Envelope envelope = Envelope.with(UserMasterKey.of(new byte[32]))) {
      assertThrows(AEADBadTagException.class, () -> envelope.open(input, new byte[0]));
    }
  }
}
