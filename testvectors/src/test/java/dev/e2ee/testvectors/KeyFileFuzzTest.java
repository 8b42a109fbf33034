package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.custody.file.internal.format.KeyFileFormat;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes: the key file parser answers or refuses with a kind of its own, and what it reads has
 * one encoding. Length and checksum are put right first, else the fuzzer would get no further.
 */
@Tag("once")
class KeyFileFuzzTest {
  private static final int LENGTH_AT = 12;
  private static final int FRAME = 16;
  private static final Set<Kind> REFUSALS =
      EnumSet.of(Kind.CORRUPT, Kind.TOO_LARGE, Kind.UNSUPPORTED, Kind.POLICY);

  /** The key files of our vectors, good and bad, to start from. */
  static Stream<Arguments> seeds() throws IOException {
    JsonNode file = new ObjectMapper().readTree(OwnVectors.read("keyfile.json"));
    return StreamSupport.stream(file.required("testGroups").spliterator(), false)
        .flatMap(group -> StreamSupport.stream(group.required("tests").spliterator(), false))
        .map(test -> HexFormat.of().parseHex(test.required("file").asText()))
        .filter(bytes -> bytes.length < 4096)
        .map(Arguments::of);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "20s")
  void parsesOrRefuses(byte[] input) {
    parse(input);
    if (input.length >= FRAME + Integer.BYTES) {
      parse(putRight(input.clone()));
    }
  }

  private static byte[] putRight(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).putInt(LENGTH_AT, file.length);
    CRC32C crc = new CRC32C();
    crc.update(file, 0, file.length - Integer.BYTES);
    bytes.putInt(file.length - Integer.BYTES, (int) crc.getValue());
    return file;
  }

  private static void parse(byte[] file) {
    KeyFileFormat.Parsed parsed;
    try {
      parsed = KeyFileFormat.parse(file);
    } catch (CustodyException e) {
      assertTrue(REFUSALS.contains(e.kind()), e::toString);
      return;
    }
    byte[] authenticated = KeyFileFormat.encode(parsed.document());
    assertArrayEquals(file, KeyFileFormat.finish(authenticated, parsed.mac().copy()));
  }
}
