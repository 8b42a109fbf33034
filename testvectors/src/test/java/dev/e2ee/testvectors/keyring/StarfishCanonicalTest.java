package dev.e2ee.testvectors.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.JsonReader;
import dev.e2ee.testvectors.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Canonical JSON as the real client writes it, and numbers as Node prints them. [keyring-1] */
@Tag("once")
class StarfishCanonicalTest {
  private static final int NUMBERS = 100_000;
  private static final int NUMBERS_OF_A_SOAK = 4_000_000;

  /** So many stand in one text. */
  private static final int BATCH = 100_000;

  private static String canonical(String json) throws Exception {
    return new String(CanonicalJson.of(JsonReader.read(json.getBytes(UTF_8))), UTF_8);
  }

  @TestFactory
  Stream<DynamicTest> asTheRealClientDoes() throws Exception {
    return Starfish.stream(Starfish.file("starfish-canonical.json").required("cases"))
        .map(
            c ->
                DynamicTest.dynamicTest(
                    Starfish.text(c, "inputJson"),
                    () ->
                        assertArrayEquals(
                            Starfish.hex(c, "canonicalUtf8Hex"),
                            CanonicalJson.of(
                                JsonReader.read(Starfish.text(c, "inputJson").getBytes(UTF_8))))));
  }

  @Test
  void whatIsNoFiniteNumberIsNull() throws Exception {
    assertEquals(
        Starfish.text(Starfish.file("starfish-canonical.json"), "nan"),
        canonical("{\"a\":1e999,\"b\":-1e999}"));
  }

  @Test
  void numbersAsEcmaScriptPrintsThem(@TempDir Path folder) throws Exception {
    compare(folder, NUMBERS);
  }

  @Test
  @Tag("soak")
  void millionsOfNumbersAsEcmaScriptPrintsThem(@TempDir Path folder) throws Exception {
    compare(folder, NUMBERS_OF_A_SOAK);
  }

  /** Doubles of every exponent, powers of two and of ten and their neighbours. */
  private static void compare(Path folder, int numbers) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    StringBuilder bits = new StringBuilder();
    Stream.concat(
            random.longs(numbers).boxed(),
            Stream.iterate(-330, e -> e + 1)
                .limit(650)
                .flatMap(
                    e ->
                        Stream.of(
                            Double.doubleToLongBits(Double.parseDouble("1e" + e)),
                            Double.doubleToLongBits(Math.scalb(1.0, e)),
                            Double.doubleToLongBits(Math.nextUp(Math.scalb(1.0, e))),
                            Double.doubleToLongBits(Math.nextDown(Math.scalb(1.0, 3 * e))))))
        .forEach(value -> bits.append(String.format("%016x%n", value)));
    Path input = Files.writeString(folder.resolve("doubles"), bits);
    Node.Result printed = Node.run("node/print-doubles.mjs", input.toString());
    assertEquals(0, printed.exitCode(), printed.output());
    List<String> expected = printed.output().lines().toList();
    List<String> given = Files.readAllLines(input);
    assertEquals(given.size(), expected.size());
    assertTrue(given.size() > numbers);
    for (int from = 0; from < given.size(); from += BATCH) {
      int to = Math.min(from + BATCH, given.size());
      // Texts that are read as just these doubles, whatever prints them.
      List<String> json =
          given.subList(from, to).stream().map(StarfishCanonicalTest::anyText).toList();
      String printedNow = canonical(json.toString());
      List<String> ours = List.of(printedNow.substring(1, printedNow.length() - 1).split(","));
      for (int i = from; i < to; i++) {
        int at = i;
        assertEquals(expected.get(i), ours.get(i - from), () -> given.get(at) + ", seed " + seed);
      }
    }
  }

  private static String anyText(String bits) {
    double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    return Double.isFinite(value) ? Double.toString(value) : "1e999";
  }
}
