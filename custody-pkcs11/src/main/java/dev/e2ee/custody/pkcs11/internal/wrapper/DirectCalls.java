package dev.e2ee.custody.pkcs11.internal.wrapper;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The calls of each wrap in one session, straight into the module: PKCS #11 v2.40, sections 5.8 and
 * 5.11. For one thread at a time, as a session is.
 */
final class DirectCalls {
  /** An operation of two calls: its start, and its work in one part. */
  enum Operation {
    ENCRYPT("C_Encrypt", 29),
    DECRYPT("C_Decrypt", 33),
    SIGN("C_Sign", 42);

    private final String work;
    private final String start;
    private final int startAt;

    Operation(String work, int startAt) {
      this.work = work;
      this.start = work + "Init";
      this.startAt = startAt;
    }

    /** Its name in the standard. */
    String work() {
      return work;
    }

    /** The name of what starts it. */
    String start() {
      return start;
    }

    /** The place of what starts it in CK_FUNCTION_LIST, C_Initialize being at 0; it is the next. */
    int startAt() {
      return startAt;
    }
  }

  /** The structures of a call lie in the memory one behind the other, and then the data. */
  private static final int MECHANISM = 3 * Long.BYTES;

  private static final int GCM = 6 * Long.BYTES;
  private static final int GCM_AT = MECHANISM;
  private static final int LENGTH_AT = GCM_AT + GCM;
  private static final int DATA_AT = LENGTH_AT + Long.BYTES;
  private static final long TAG_BITS = 128;

  /** More than any tag, nonce or signature adds to what it is of. */
  private static final int ADDED = 512;

  /** AAD, message and what comes of it. */
  private static final int MOST = 1 << 30;

  private static final int USUAL = 1 << 14;
  private static final byte[] ZEROS = new byte[1 << 10];

  private final ModuleCalls calls;
  private final long session;
  private final Memory usual = Memory.of(USUAL);

  /** Of a session, by its number. */
  DirectCalls(ModuleCalls calls, long session) {
    this.calls = calls;
    this.session = session;
  }

  /** Memory that the module sees, and where. */
  private record Memory(ByteBuffer bytes, long address) {
    static Memory of(int size) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
      return new Memory(bytes, Pointer.nativeValue(Native.getDirectBufferPointer(bytes)));
    }
  }

  /** Whether it knows this mechanism's parameters. */
  static boolean takes(Mechanism mechanism) {
    return mechanism instanceof Mechanism.Gcm || mechanism instanceof Mechanism.Plain;
  }

  /**
   * Starts an operation and does it on one message.
   *
   * @return what it gives, at most 512 bytes more than the message has
   */
  byte[] run(Operation operation, Mechanism mechanism, long key, byte[] message)
      throws CryptokiException {
    byte[] iv = mechanism instanceof Mechanism.Gcm gcm ? gcm.iv() : new byte[0];
    byte[] aad = mechanism instanceof Mechanism.Gcm gcm ? gcm.aad() : new byte[0];
    if ((long) aad.length + 2L * message.length > MOST) {
      throw new CryptokiException(operation.work, Ckr.DATA_LEN_RANGE.code());
    }
    int messageAt = DATA_AT + iv.length + aad.length;
    int outAt = messageAt + message.length;
    int room = message.length + ADDED;
    Memory memory = outAt + room <= USUAL ? usual : Memory.of(outAt + room);
    ByteBuffer mine = memory.bytes();
    long base = memory.address();
    try {
      mine.putLong(0, mechanism.code()).putLong(Long.BYTES, 0).putLong(2 * Long.BYTES, 0);
      if (mechanism instanceof Mechanism.Gcm) {
        putGcm(mine, base, iv, aad);
      }
      mine.put(messageAt, message);
      must(operation.start, calls.start(operation, session, base, key));
      mine.putLong(LENGTH_AT, room);
      must(
          operation.work,
          calls.work(
              operation,
              session,
              base + messageAt,
              message.length,
              base + outAt,
              base + LENGTH_AT));
      long given = mine.getLong(LENGTH_AT);
      if (given < 0 || given > room) {
        throw new CryptokiException(operation.work, Ckr.BUFFER_TOO_SMALL.code());
      }
      byte[] out = new byte[(int) given];
      mine.get(outAt, out);
      return out;
    } finally {
      wipe(mine, outAt + room); // a DEK went through it
      Reference.reachabilityFence(mine);
    }
  }

  private static void wipe(ByteBuffer memory, int end) {
    for (int at = DATA_AT; at < end; at += ZEROS.length) {
      memory.put(at, ZEROS, 0, Math.min(ZEROS.length, end - at));
    }
  }

  /** CK_GCM_PARAMS, to which the mechanism points. */
  private static void putGcm(ByteBuffer memory, long base, byte[] iv, byte[] aad) {
    memory.putLong(Long.BYTES, base + GCM_AT).putLong(2 * Long.BYTES, GCM);
    long[] fields = {
      base + DATA_AT, iv.length, 8L * iv.length, base + DATA_AT + iv.length, aad.length, TAG_BITS
    };
    for (int i = 0; i < fields.length; i++) {
      memory.putLong(GCM_AT + i * Long.BYTES, fields[i]);
    }
    memory.put(DATA_AT, iv).put(DATA_AT + iv.length, aad);
  }

  private static void must(String name, long code) throws CryptokiException {
    if (code != 0) {
      throw new CryptokiException(name, code);
    }
  }
}
