package dev.e2ee.rotation;

import dev.e2ee.internal.file.DurableFile;
import dev.e2ee.spi.internal.custody.HandedInSecret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A small file that says how far a rotation was, to go on there. It is public and not
 * authenticated: who changes it makes a pass skip records, or do work twice, and the pass that
 * decides never begins from it. [rotation-12]
 */
final class Checkpoint {
  private static final String MAGIC = "e2ee-rotation 1\n";
  private static final int LONGEST = 1 << 20;
  private static final Pattern TEXT =
      Pattern.compile(
          "e2ee-rotation 1\nrotation ([0-9a-f]*)\npass ([0-9]{1,9})\n"
              + "counts ([0-9]{1,18}) ([0-9]{1,18}) ([0-9]{1,18}) ([0-9]{1,18}) ([0-9]{1,18})"
              + " ([0-9]{1,18})\nafter ([0-9a-f]*)\ncrc32c ([0-9a-f]{8})\n");

  private final Path file;
  private final String rotation;

  /**
   * The checkpoint of one rotation.
   *
   * @param rotation its store and keys
   */
  Checkpoint(Path file, String rotation) {
    this.file = file;
    this.rotation = rotation;
  }

  /**
   * Where a rotation was.
   *
   * @param after the last record that was settled
   */
  record Position(RotationProgress progress, String after) {}

  /** Writes it durably. */
  void write(Position position) throws IOException {
    RotationProgress at = position.progress();
    String text =
        MAGIC
            + ("rotation " + hex(rotation) + "\n")
            + ("pass " + at.pass() + "\n")
            + ("counts " + at.seen() + " " + at.moved() + " " + at.alreadyMoved())
            + (" " + at.gone() + " " + at.contended() + " " + at.problems() + "\n")
            + ("after " + hex(position.after()) + "\n");
    DurableFile.write(file, (text + checksum(text)).getBytes(StandardCharsets.UTF_8));
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "crc32c " + HexFormat.of().toHexDigits((int) crc.getValue()) + "\n";
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads it.
   *
   * @return empty when there is none, or a torn one, which costs the work of a pass
   * @throws IllegalStateException when it is another rotation's, or no checkpoint at all
   */
  Optional<Position> read() throws IOException {
    String text;
    try {
      text = StandardCharsets.UTF_8.decode(wrapped()).toString();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (MAGIC.startsWith(text)) {
      return Optional.empty(); // torn
    }
    if (!text.startsWith(MAGIC)) {
      throw new IllegalStateException(
          file
              + " is no checkpoint of a rotation, and is not overwritten; name another file, or"
              + " remove this one");
    }
    Matcher found = TEXT.matcher(text);
    if (!found.matches() || !text.endsWith(checksum(text.substring(0, found.end(9) + 1)))) {
      return Optional.empty();
    }
    if (!hex(rotation).equals(found.group(1))) {
      throw new IllegalStateException(
          file
              + " is the checkpoint of another rotation, of "
              + text(found.group(1))
              + ", not of "
              + rotation
              + "; end that one first, or name another file for this one. Where both are one store by"
              + " two names, delete the file: that costs work and nothing else");
    }
    return Optional.of(new Position(progress(found), text(found.group(9))));
  }

  private ByteBuffer wrapped() throws IOException {
    return ByteBuffer.wrap(HandedInSecret.content(file, LONGEST));
  }

  private static RotationProgress progress(Matcher found) {
    return new RotationProgress(
        Integer.parseInt(found.group(2)),
        Long.parseLong(found.group(3)),
        Long.parseLong(found.group(4)),
        Long.parseLong(found.group(5)),
        Long.parseLong(found.group(6)),
        Long.parseLong(found.group(7)),
        Long.parseLong(found.group(8)));
  }

  private static String text(String hex) {
    return hex.length() % 2 != 0
        ? "?"
        : StandardCharsets.UTF_8.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex))).toString();
  }

  /** Deletes it: there is nothing to go on with. */
  void delete() throws IOException {
    boolean unused = DurableFile.delete(file);
  }
}
