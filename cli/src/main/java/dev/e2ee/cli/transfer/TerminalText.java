package dev.e2ee.cli.transfer;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lets only text pass to a terminal, piece by piece: UTF-8 without control characters, so that
 * nothing in it can steer the terminal. Passes everything where there is none.
 */
final class TerminalText {
  private static final int CHARACTERS = 4096;

  private final boolean terminal;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final CharBuffer characters = CharBuffer.allocate(CHARACTERS);

  /** The start of a character whose rest is in the next piece: up to three bytes. */
  private byte[] begun = new byte[0];

  TerminalText(boolean terminal) {
    this.terminal = terminal;
  }

  /** The same at once for bytes that are no text. */
  void refuse() {
    if (terminal) {
      throw refused();
    }
  }

  private static Failure refused() {
    return new Failure(
        Exit.IO,
        "the output is binary, and it would go to a terminal",
        "Give -o FILE, send it into a pipe, or insist with --force.");
  }

  /**
   * Looks at the next piece before it is written.
   *
   * @throws Failure IO when it is not all text
   */
  void check(byte[] bytes, int offset, int length) {
    if (!terminal) {
      return;
    }
    ByteBuffer in = ByteBuffer.allocate(begun.length + length);
    in.put(begun).put(bytes, offset, length).flip();
    decode(in, false);
    begun = Arrays.copyOfRange(in.array(), in.position(), in.limit());
  }

  /** Looks at the end: a character that was begun must be complete. */
  void checkEnd() {
    if (terminal) {
      decode(ByteBuffer.wrap(begun), true);
    }
  }

  private void decode(ByteBuffer in, boolean end) {
    CoderResult result;
    do {
      characters.clear();
      result = decoder.decode(in, characters, end);
      characters.flip();
      if (result.isError() || characters.chars().anyMatch(TerminalText::steers)) {
        throw refused();
      }
    } while (result.isOverflow());
  }

  private static boolean steers(int c) {
    return Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t';
  }
}
