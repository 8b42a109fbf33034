package dev.e2ee.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bounds on what a text may cost, which are too long for vectors. */
@Tag("no-engine")
class JsonReaderTest {
  private static byte[] zeros(int number) {
    return ("[" + "0,".repeat(number - 1) + "0]").getBytes(UTF_8);
  }

  /** The list is a value too. [keyring-2] */
  @Test
  void whatIsKeptHasSoManyValues() throws Exception {
    Json.Elements read = (Json.Elements) JsonReader.read(zeros(JsonReader.MAX_VALUES - 1));
    assertEquals(JsonReader.MAX_VALUES - 1, read.elements().size());
    byte[] more = zeros(JsonReader.MAX_VALUES);
    JsonSyntaxException e = assertThrows(JsonSyntaxException.class, () -> JsonReader.read(more));
    assertEquals("it has more than 400000 values", e.getMessage());
    assertTrue(JsonReader.isContainer(more));
  }

  /** Members count by their values, at every level. */
  @Test
  void valuesAreCountedAtEveryLevel() {
    int objects = JsonReader.MAX_VALUES / 2;
    byte[] many = ("[" + "{\"a\":0},".repeat(objects) + "1]").getBytes(UTF_8);
    assertThrows(JsonSyntaxException.class, () -> JsonReader.read(many));
  }
}
