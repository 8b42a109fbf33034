package dev.e2ee.custody.tck.example;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * One generation as its file has it: name, number, id, time, the key in a box under the store key,
 * and a checksum, so that a torn file is none.
 *
 * @param box in hex
 */
record ExampleRow(
    String name, int generation, KeyId id, long created, String box, boolean retired) {
  private static final HexFormat HEX = HexFormat.of();

  static ExampleRow of(String name, int generation, KeyId id, byte[] storeKey, byte[] umk) {
    ExampleRow row =
        new ExampleRow(name, generation, id, Instant.now().getEpochSecond(), "", false);
    String box = HEX.formatHex(ExampleBox.seal(storeKey, umk, row.identity()));
    return new ExampleRow(name, generation, id, row.created, box, false);
  }

  /** What the key is bound to. */
  private byte[] identity() {
    return (name + " " + generation + " " + id + " " + created).getBytes(StandardCharsets.UTF_8);
  }

  byte[] open(byte[] storeKey) {
    try {
      return ExampleBox.open(storeKey, HEX.parseHex(box), identity());
    } catch (javax.crypto.AEADBadTagException e) {
      throw damaged();
    }
  }

  /** Where the next generation is, once there is one. */
  ExampleRow next() {
    return new ExampleRow(name, generation + 1, id, created, box, false);
  }

  String fileName() {
    return name + "." + generation + ".key";
  }

  String text() {
    String line = name + " " + generation + " " + id + " " + created + " " + box;
    return line + " " + checksum(line) + "\n";
  }

  static ExampleRow parse(String text, boolean retired) {
    int last = text.lastIndexOf(' ');
    String[] words = text.strip().split(" ", -1);
    if (words.length != 6 || !words[5].equals(checksum(text.substring(0, Math.max(0, last))))) {
      throw damaged();
    }
    return new ExampleRow(
        words[0],
        Integer.parseInt(words[1]),
        KeyId.parse(words[2]),
        Long.parseLong(words[3]),
        words[4],
        retired);
  }

  private static String checksum(String line) {
    CRC32 crc = new CRC32();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }

  private static CustodyException damaged() {
    return new CustodyException(Kind.CORRUPT, "a key's file is damaged; put a backup in its place");
  }

  KeyDescription described(boolean newest) {
    KeyState state = newest ? KeyState.PRIMARY : KeyState.OLD;
    return new KeyDescription(
        name,
        generation,
        id,
        KeyKind.UMK,
        retired ? KeyState.RETIRED : state,
        Instant.ofEpochSecond(created),
        Residency.MEMORY);
  }
}
