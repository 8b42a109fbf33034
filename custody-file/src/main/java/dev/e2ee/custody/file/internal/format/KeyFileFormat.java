package dev.e2ee.custody.file.internal.format;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The bytes of a key file, {@code testvectors/spec/keyfile.md}. Total functions without keys: any
 * bytes give a document or a {@link CustodyException}.
 */
public final class KeyFileFormat {
  /** The longest key file in bytes. */
  public static final int MAX_LENGTH = 1 << 20;

  private static final byte[] MAGIC = "E2EEKEYS".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAC = 32;
  private static final int FRAME = 8 + 2 + 2 + 4;
  private static final int MIN_LENGTH = FRAME + 8 + 16 + 2 + 2 + MAC + Checksum.LENGTH;
  private static final int MAX_SLOT_BODY = 4096;

  private KeyFileFormat() {}

  /**
   * A file whose form is right; whether it is authentic only its MAC tells.
   *
   * @param document its content
   * @param authenticated the bytes that the MAC is over
   * @param mac 32 bytes
   */
  public record Parsed(KeyFileDocument document, Bytes authenticated, Bytes mac) {}

  /**
   * Reads a key file.
   *
   * @throws CustodyException CORRUPT for a torn or altered file; TOO_LARGE over 1 MiB; UNSUPPORTED
   *     for another version; POLICY for an Argon2id cost out of bounds
   */
  public static Parsed parse(byte[] file) {
    checkFrame(file);
    int macAt = file.length - Checksum.LENGTH - MAC;
    ByteReader in = new ByteReader(file, FRAME, macAt - FRAME);
    long revision = in.u64("revision", Long.MAX_VALUE);
    if (revision == 0) {
      throw Damage.altered("its revision is 0"); // [keyfile-8]
    }
    Bytes fileId = Bytes.of(in.bytes(16, "file id"));
    int slotCount = in.u16("slot count");
    if (slotCount < 1 || slotCount > KeyFileDocument.MAX_SLOTS) {
      throw Damage.altered("it has " + slotCount + " slots, not 1 to 16"); // [keyfile-9]
    }
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < slotCount; i++) {
      slots.add(readSlot(in));
    }
    int keyCount = in.u16("key count");
    if (keyCount > KeyFileDocument.MAX_KEYS) {
      throw Damage.altered("it has " + keyCount + " keys, not up to 1024"); // [keyfile-13]
    }
    List<KeyRow> keys = new ArrayList<>();
    for (int i = 0; i < keyCount; i++) {
      keys.add(KeyRow.read(in));
    }
    in.end(); // [keyfile-6]
    KeyFileDocument document = new KeyFileDocument(revision, fileId, slots, keys);
    document.check();
    return new Parsed(
        document,
        Bytes.of(Arrays.copyOf(file, macAt)),
        Bytes.of(Arrays.copyOfRange(file, macAt, macAt + MAC)));
  }

  private static void checkFrame(byte[] file) {
    if (file.length > MAX_LENGTH) { // [keyfile-1]
      throw new CustodyException(
          Kind.TOO_LARGE, "the file is longer than 1 MiB, so it is no key file; check the path");
    }
    if (file.length < MAGIC.length || !Arrays.equals(file, 0, 8, MAGIC, 0, 8)) {
      // [keyfile-2]
      throw Damage.torn("it does not begin with E2EEKEYS, or is no key file at all");
    }
    if (file.length < MIN_LENGTH) {
      throw Damage.torn("it has only " + file.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    long length = in.getInt(12) & 0xffffffffL;
    if (length != file.length) { // [keyfile-3]
      throw Damage.torn("it has " + file.length + " bytes of " + length);
    }
    if (!Checksum.isRight(file)) { // [keyfile-4]
      throw Damage.torn("its checksum is wrong");
    }
    int version = in.getShort(8) & 0xffff;
    if (version != VERSION) { // [keyfile-5]
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "the key file is of version " + version + ", this software reads 1; update it");
    }
    if (in.getShort(10) != 0) { // [keyfile-7]
      throw Damage.altered("its flags are not 0");
    }
  }

  private static Slot readSlot(ByteReader in) {
    int type = in.u8("slot type");
    if (type == 0) {
      throw Damage.altered("a slot is of type 0"); // [keyfile-10]
    }
    SlotHead head = SlotHead.read(in);
    int length = in.u16("slot length");
    SlotBody body =
        switch (type) {
          case SlotBody.OfPassphrase.TYPE -> passphrase(in, length);
          case SlotBody.OfSlotKey.TYPE -> ofKek(in, length, SlotBody.OfSlotKey::new);
          case SlotBody.OfKeychain.TYPE -> ofKek(in, length, SlotBody.OfKeychain::new);
          default -> opaque(in, type, length);
        };
    return new Slot(head, body);
  }

  private static SlotBody passphrase(ByteReader in, int length) {
    checkLength(length == SlotBody.OfPassphrase.LENGTH);
    long memory = in.u32("memory cost");
    long passes = in.u32("passes");
    long lanes = in.u32("lanes");
    return new SlotBody.OfPassphrase(
        cost(memory, passes, lanes),
        Bytes.of(in.bytes(32, "salt")),
        Bytes.of(in.bytes(32, "slot commitment")),
        Bytes.of(in.bytes(60, "wrapped file key")));
  }

  private static Argon2Cost cost(long memory, long passes, long lanes) {
    try { // [keyfile-18]
      return new Argon2Cost(clamp(memory), clamp(passes), clamp(lanes));
    } catch (IllegalArgumentException e) {
      throw new CustodyException(
          Kind.POLICY,
          "a slot asks for an Argon2id cost out of bounds: "
              + e.getMessage()
              + ". No software that keeps our rules wrote this; restore the file from a backup",
          e);
    }
  }

  private static int clamp(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private static SlotBody ofKek(
      ByteReader in, int length, BiFunction<Bytes, Bytes, SlotBody> body) {
    checkLength(length == SlotBody.OfKek.LENGTH);
    return body.apply(
        Bytes.of(in.bytes(32, "slot commitment")), Bytes.of(in.bytes(60, "wrapped file key")));
  }

  private static SlotBody opaque(ByteReader in, int type, int length) {
    checkLength(length >= 1 && length <= MAX_SLOT_BODY);
    return new SlotBody.Opaque(type, Bytes.of(in.bytes(length, "slot body")));
  }

  private static void checkLength(boolean right) {
    if (!right) {
      throw Damage.altered("a slot has a length that its type does not have"); // [keyfile-10]
    }
  }

  /** The bytes that the MAC is over. */
  public static byte[] encode(KeyFileDocument document) {
    List<byte[]> slots = document.slots().stream().map(KeyFileFormat::encode).toList();
    List<byte[]> rows = document.keys().stream().map(KeyRow::encode).toList();
    int length = MIN_LENGTH;
    length += slots.stream().mapToInt(bytes -> bytes.length).sum();
    length += rows.stream().mapToInt(bytes -> bytes.length).sum();
    ByteBuffer out = ByteBuffer.allocate(length - MAC - Checksum.LENGTH);
    out.put(MAGIC).putShort((short) VERSION).putShort((short) 0).putInt(length);
    out.putLong(document.revision()).put(document.fileId().copy());
    out.putShort((short) slots.size());
    slots.forEach(out::put);
    out.putShort((short) rows.size());
    rows.forEach(out::put);
    return out.array();
  }

  /** The bytes of all slots, one after the other. */
  public static byte[] encodeSlots(KeyFileDocument document) {
    return Bytes.concat(
        document.slots().stream().map(KeyFileFormat::encode).toArray(byte[][]::new));
  }

  private static byte[] encode(Slot slot) {
    SlotBody body = slot.body();
    return Bytes.concat(slot.head().encode(body.type(), body.length()), body.encode());
  }

  /** The whole file from the bytes under the MAC and the MAC. */
  public static byte[] finish(byte[] authenticated, byte[] mac) {
    return Checksum.append(Bytes.concat(authenticated, mac));
  }
}
