package dev.e2ee.custody.file.internal.format;

import dev.e2ee.argon2.Argon2Cost;

/** What a slot keeps besides its head, by its type. */
public sealed interface SlotBody {
  /** The type's number in the file. */
  int type();

  /** The length in the file, in bytes. */
  int length();

  /** The bytes of the body before the commitment: the parameters of its key. */
  byte[] parameters();

  /** The body's bytes in the file. */
  byte[] encode();

  /**
   * Opened by a passphrase.
   *
   * @param cost of Argon2id, within bounds
   * @param salt 32 bytes
   * @param commitment 32 bytes
   * @param box 60 bytes, the file key
   */
  record OfPassphrase(Argon2Cost cost, Bytes salt, Bytes commitment, Bytes box)
      implements SlotBody {
    public static final int TYPE = 1;
    public static final int LENGTH = 12 + 32 + 32 + 60;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public int length() {
      return LENGTH;
    }

    @Override
    public byte[] parameters() {
      return parameters(cost, salt);
    }

    /** The first 44 bytes of such a body. */
    public static byte[] parameters(Argon2Cost cost, Bytes salt) {
      return java.nio.ByteBuffer.allocate(12 + salt.length())
          .putInt(cost.memoryKiB())
          .putInt(cost.passes())
          .putInt(cost.lanes())
          .put(salt.copy())
          .array();
    }

    @Override
    public byte[] encode() {
      return Bytes.concat(parameters(), commitment.copy(), box.copy());
    }
  }

  /** Opened by a random 32-byte key that is kept elsewhere. */
  sealed interface OfKek extends SlotBody {
    int LENGTH = 32 + 60;

    /** Of the key, 32 bytes. */
    Bytes commitment();

    /** 60 bytes, the file key. */
    Bytes box();

    @Override
    default int length() {
      return LENGTH;
    }

    @Override
    default byte[] parameters() {
      return new byte[0];
    }

    @Override
    default byte[] encode() {
      return Bytes.concat(commitment().copy(), box().copy());
    }
  }

  /** Opened by the key in a slot-key file. */
  record OfSlotKey(Bytes commitment, Bytes box) implements OfKek {
    public static final int TYPE = 2;

    @Override
    public int type() {
      return TYPE;
    }
  }

  /** Opened by the key in an item of an operating system's keychain. */
  record OfKeychain(Bytes commitment, Bytes box) implements OfKek {
    public static final int TYPE = 3;

    @Override
    public int type() {
      return TYPE;
    }
  }

  /**
   * Of a type that this build cannot open: kept as it is. [keyfile-38]
   *
   * @param type 4 to 255; 4 is for PKCS#11
   * @param content 1 to 4096 bytes
   */
  record Opaque(int type, Bytes content) implements SlotBody {
    @Override
    public int length() {
      return content.length();
    }

    @Override
    public byte[] parameters() {
      return content.copy();
    }

    @Override
    public byte[] encode() {
      return content.copy();
    }
  }
}
