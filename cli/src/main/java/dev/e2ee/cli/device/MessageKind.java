package dev.e2ee.cli.device;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import java.util.Arrays;
import java.util.stream.Stream;

/** What a file of a handshake is, by its first bytes: {@code testvectors/spec/device.md}. */
@SuppressWarnings("ImmutableEnumChecker") // the arrays are never changed
enum MessageKind {
  REQUEST("E2DJ\1\1"),
  OFFER("E2DJ\1\2"),
  REVEAL("E2DJ\1\3"),
  APPROVAL("E2DJ\1\4"),
  WRAP("E2DW\1");

  private final byte[] start;

  MessageKind(String start) {
    this.start = start.getBytes(US_ASCII);
  }

  /**
   * The kind of these bytes.
   *
   * @throws Failure NOT_AUTHENTIC for none of them
   */
  static MessageKind of(String input, byte[] bytes) {
    return Stream.of(values())
        .filter(
            kind ->
                bytes.length >= kind.start.length
                    && Arrays.equals(bytes, 0, kind.start.length, kind.start, 0, kind.start.length))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    Exit.NOT_AUTHENTIC,
                    input + " is no message between devices",
                    "Check that it is the right, whole file."));
  }
}
