package dev.e2ee.custody.file.internal.format;

import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One generation of a UMK in the file.
 *
 * @param identity what never changes
 * @param state in its life
 * @param uses how many wraps under it are reserved, 0 to 2^32
 * @param box 60 bytes: the key under the file's wrapping key
 * @param commitment 32 bytes, to the key and the identity
 */
public record KeyRow(Identity identity, KeyState state, long uses, Bytes box, Bytes commitment) {
  /** The last second of the year 9999. */
  public static final long MAX_TIME = 253_402_300_799L;

  /** Wraps under one key, at the most: random 96-bit nonces. */
  public static final long MAX_USES = 1L << 32;

  private static final int UMK = 1;

  /**
   * What a generation is, for good.
   *
   * @param name 1 to 64 characters {@code [A-Za-z0-9._-]}
   * @param generation 1 to 2^31-1
   * @param id 16 bytes
   * @param created in seconds since 1970
   */
  public record Identity(String name, int generation, KeyId id, long created) {
    /** Whether a text can be the name of a key. */
    public static boolean isName(String text) {
      return text.matches("[A-Za-z0-9._-]{1,64}");
    }

    /** The bytes that box and commitment are bound to. */
    public byte[] encode() {
      byte[] text = name.getBytes(StandardCharsets.US_ASCII);
      return ByteBuffer.allocate(1 + text.length + 4 + KeyId.LENGTH + 1 + 8)
          .put((byte) text.length)
          .put(text)
          .putInt(generation)
          .put(id.toBytes())
          .put((byte) UMK)
          .putLong(created)
          .array();
    }

    private static Identity read(ByteReader in) {
      String name = in.utf8(in.u8("name length"), "key name");
      if (!isName(name)) {
        throw Damage.altered("a key's name has other characters than A-Z a-z 0-9 . _ -");
      }
      long generation = in.u32("generation");
      if (generation < 1 || generation > Integer.MAX_VALUE) {
        throw Damage.altered("a generation is out of bounds");
      }
      KeyId id = KeyId.of(in.bytes(KeyId.LENGTH, "key id"));
      if (in.u8("key kind") != UMK) {
        throw Damage.altered("a key is of a kind that version 1 does not have");
      }
      return new Identity(name, (int) generation, id, in.u64("key's time", MAX_TIME));
    }
  }

  /** This row in another state. */
  public KeyRow in(KeyState next) {
    return new KeyRow(identity, next, uses, box, commitment);
  }

  /** This row with another count of reserved wraps. */
  public KeyRow withUses(long count) {
    return new KeyRow(identity, state, count, box, commitment);
  }

  /** The name of its key. */
  public String name() {
    return identity.name();
  }

  /** Its id. */
  public KeyId id() {
    return identity.id();
  }

  byte[] encode() {
    byte[] mutable = ByteBuffer.allocate(9).put(code(state)).putLong(uses).array();
    return Bytes.concat(identity.encode(), mutable, box.copy(), commitment.copy());
  }

  static KeyRow read(ByteReader in) {
    Identity identity = Identity.read(in); // [keyfile-14]
    return new KeyRow(
        identity,
        state(in.u8("key state")),
        in.u64("count of uses", MAX_USES),
        Bytes.of(in.bytes(60, "wrapped key")),
        Bytes.of(in.bytes(32, "key commitment")));
  }

  private static byte code(KeyState state) {
    return switch (state) {
      case PENDING -> 1;
      case PRIMARY -> 2;
      case OLD -> 3;
      case RETIRED -> 4;
    };
  }

  private static KeyState state(int code) {
    for (KeyState state : KeyState.values()) {
      if (code(state) == code) {
        return state;
      }
    }
    throw Damage.altered("a key is in a state that version 1 does not have");
  }
}
