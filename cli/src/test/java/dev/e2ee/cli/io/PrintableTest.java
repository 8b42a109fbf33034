package dev.e2ee.cli.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What others chose steers no terminal. */
class PrintableTest {
  @Test
  void whatSteersATerminalIsShownByItsNumber() {
    assertEquals("\\u001B]0;pwned\\u0007\\u001B[2J", Printable.of("\u001b]0;pwned\u0007\u001b[2J"));
    assertEquals("a\\u009Bb\\u007F", Printable.of("a\u009bb\u007f"));
    assertEquals("a\\u202Eb\\u2028\\u2029", Printable.of("a\u202eb\u2028\u2029"));
    assertEquals("\\uD800", Printable.of("\ud800"));
    assertEquals("one\\u000Atwo", Printable.of("one\ntwo"));
    assertEquals("\\uDB40\\uDC41", Printable.of("\udb40\udc41"), "a tag that is not seen");
  }

  @Test
  void soIsWhatIsToldAndPrinted() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of(),
            Terminals.NONE);
    surroundings.tell("a\u001bb\nc");
    assertEquals("a\\u001Bb\\u000Ac", err.toString(UTF_8).strip());
    Results results = new Results(surroundings);
    Map<String, String> json = Map.of("name", "a\u009bb\udb40\udc41");
    results.print(() -> json, () -> "a\u001bb\nc");
    assertEquals("a\\u001Bb\nc", out.toString(UTF_8).strip());
    out.reset();
    results.json = true;
    results.print(() -> json, () -> "");
    assertFalse(out.toString(UTF_8).contains("\u009b"));
    assertEquals(
        json.get("name"),
        new ObjectMapper().readTree(out.toByteArray()).required("name").textValue());
  }

  @Test
  void aLineHasAnEnd() {
    assertEquals(4097, Printable.line("x".repeat(1 << 20)).length());
    assertEquals(4096, Printable.line("x".repeat(4096)).length());
  }

  @Test
  void whatIsTextStaysAsItIs() {
    String text = "première note – 日本語 🎉 \\u";
    assertSame(text, Printable.of(text));
    assertEquals("a\n\tb\\u000D", Printable.lines("a\n\tb\r"));
  }
}
