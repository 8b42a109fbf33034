package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.key.UserMasterKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes: the parser answers or refuses with its own exception, and what it reads it writes. */
class EnvelopeFuzzTest {
  /** The envelopes of our vectors, good and bad, to start from. */
  static Stream<Arguments> seeds() throws IOException {
    JsonNode file = new ObjectMapper().readTree(OwnVectors.read("envelope.json"));
    return StreamSupport.stream(file.required("testGroups").spliterator(), false)
        .flatMap(group -> StreamSupport.stream(group.required("tests").spliterator(), false))
        .filter(test -> test.path("envelope").isTextual())
        .map(test -> HexFormat.of().parseHex(test.required("envelope").asText()))
        .filter(envelope -> envelope.length < 4096)
        .map(Arguments::of);
  }

  @MethodSource("seeds")
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
    header.writeTo(written, 0);
    assertArrayEquals(Arrays.copyOf(input, written.length), written);
    try (Envelope envelope = Envelope.with(UserMasterKey.of(new byte[32]))) {
      assertThrows(AEADBadTagException.class, () -> envelope.open(input, new byte[0]));
    }
  }
}
