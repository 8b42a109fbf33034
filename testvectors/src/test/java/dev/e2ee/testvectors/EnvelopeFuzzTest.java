package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes: the parser answers or refuses with its own exception, and what it reads it writes. Who
 * has the whole and who reads in pieces, of any size, both open it or both refuse it.
 */
@Tag("once")
class EnvelopeFuzzTest {
  private static final Provider PROVIDER = new E2eeProvider();
  private static final RecordContext CONTEXT = RecordContext.of("user-1", "file", "holiday.mp4");

  /** The raw UMK of the vectors of suite 2, so that a fuzzer gets as far as the chunks. */
  private static final byte[] UMK =
      HexFormat.of().parseHex("0ac101b1ab9768d01f4b4e0416e1a1a76a8c5f2c03de7773913848b722b61a26");

  /** The envelopes of our vectors, good and bad, to start from. */
  static Stream<Arguments> seeds() {
    return Stream.of("envelope.json", "envelope-chunked.json")
        .map(EnvelopeFuzzTest::file)
        .flatMap(file -> StreamSupport.stream(file.required("testGroups").spliterator(), false))
        .flatMap(group -> StreamSupport.stream(group.required("tests").spliterator(), false))
        .filter(test -> test.path("envelope").isTextual())
        .map(test -> HexFormat.of().parseHex(test.required("envelope").asText()))
        .filter(envelope -> envelope.length < 4096)
        .map(Arguments::of);
  }

  private static JsonNode file(String name) {
    try {
      return new ObjectMapper().readTree(OwnVectors.read(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What came of an attempt to open: all of it when nothing was thrown. */
  private static final class Outcome {
    final byte[] released;
    final @Nullable Class<?> refusal;

    Outcome(byte[] released, @Nullable Class<?> refusal) {
      this.released = released;
      this.refusal = refusal;
    }
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "20s")
  void opensOrRefuses(byte[] input) throws Exception {
    parses(input);
    boolean contextFree = input.length > 7 && input[7] == 1;
    Outcome whole = whole(input, contextFree);
    Random random = new Random(Arrays.hashCode(input));
    agree(input, whole, streamed(input, contextFree, random));
    agree(input, whole, inUpdates(input, contextFree, random));
  }

  /** Else nothing would be fuzzed behind the keys. */
  @Test
  void someSeedsOpen() {
    long open =
        seeds()
            .map(seed -> (byte[]) seed.get()[0])
            .filter(seed -> seed.length > 195 && seed[5] == 2)
            .filter(seed -> whole(seed, seed[7] == 1).refusal == null)
            .count();
    assertTrue(open >= 8, open + " open");
  }

  private static void parses(byte[] input) throws MalformedEnvelopeException {
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
  }

  private static Outcome whole(byte[] input, boolean contextFree) {
    try (Envelope opener = Envelope.with(UserMasterKey.of(UMK))) {
      byte[] plaintext =
          contextFree ? opener.open(input, new byte[0]) : opener.open(input, CONTEXT);
      return new Outcome(plaintext, null);
    } catch (AEADBadTagException e) {
      return new Outcome(new byte[0], e.getClass());
    } catch (InvalidKeyException e) {
      throw new AssertionError(e);
    }
  }

  /** A source that gives so many bytes at a time as chance will have it, or none. */
  private static final class Pieces extends ByteArrayInputStream {
    private final Random random;

    Pieces(byte[] bytes, Random random) {
      super(bytes);
      this.random = random;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return super.read(into, offset, Math.min(length, random.nextInt(200)));
    }
  }

  private static Outcome streamed(byte[] input, boolean contextFree, Random random)
      throws GeneralSecurityException {
    ByteArrayOutputStream released = new ByteArrayOutputStream();
    Pieces source = new Pieces(input, random);
    try (Envelope opener = Envelope.with(UserMasterKey.of(UMK))) {
      EnvelopeInputStream in =
          contextFree ? opener.opening(source, new byte[0]) : opener.opening(source, CONTEXT);
      try {
        in.transferTo(released);
        assertTrue(in.isComplete());
        return new Outcome(released.toByteArray(), null);
      } catch (IOException e) {
        assertFalse(in.isComplete());
        Throwable cause = assertInstanceOf(AEADBadTagException.class, e.getCause());
        assertEquals(cause, assertThrows(IOException.class, in::read).getCause());
        return new Outcome(released.toByteArray(), cause.getClass());
      }
    }
  }

  private static Outcome inUpdates(byte[] input, boolean contextFree, Random random)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", PROVIDER);
    EnvelopeParameterSpec spec =
        contextFree ? EnvelopeParameterSpec.withoutContext() : new EnvelopeParameterSpec(CONTEXT);
    cipher.init(Cipher.DECRYPT_MODE, UserMasterKey.of(UMK), spec);
    ByteArrayOutputStream released = new ByteArrayOutputStream();
    try {
      for (int from = 0; from < input.length; ) {
        int length = Math.min(1 + random.nextInt(200), input.length - from);
        byte[] out = new byte[cipher.getOutputSize(length)];
        released.write(out, 0, cipher.update(input, from, length, out));
        from += length;
      }
    } catch (IllegalStateException e) {
      assertInstanceOf(AEADBadTagException.class, e.getCause(), "doFinal throws it");
    }
    try {
      released.writeBytes(cipher.doFinal());
      return new Outcome(released.toByteArray(), null);
    } catch (AEADBadTagException e) {
      return new Outcome(released.toByteArray(), e.getClass());
    }
  }

  /** Section 7, Streams: both accept or both refuse, and the class differs in one way only. */
  private static void agree(byte[] input, Outcome whole, Outcome pieces)
      throws MalformedEnvelopeException {
    if (whole.refusal == null) {
      assertEquals(null, pieces.refusal);
      assertArrayEquals(whole.released, pieces.released);
      return;
    }
    assertTrue(pieces.refusal != null, "opened in pieces, and refused as a whole");
    assertEquals(0, pieces.released.length % 16_384, "a part of a chunk came out");
    if (pieces.refusal != whole.refusal) {
      assertEquals(MalformedEnvelopeException.class, whole.refusal);
      EnvelopeHeader header = EnvelopeHeader.parseHead(input, 0, input.length);
      assertEquals(Suite.AES_256_GCM_CHUNKED, header.suite(), "only the remainder is found late");
    }
  }
}
