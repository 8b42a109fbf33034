package dev.e2ee.custody.pkcs11.internal.wrapper;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

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

    private final String function;
    private final int initAt;

    Operation(String function, int initAt) {
      this.function = function;
      this.initAt = initAt;
    }
  }

  private record Calls(Function init, Function work) {
    static Calls of(DirectFunctions functions, Operation operation) {
      return new Calls(functions.at(operation.initAt), functions.at(operation.initAt + 1));
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

  private final Map<Operation, Calls> calls = new EnumMap<>(Operation.class);
  private final long session;
  private final ByteBuffer memory = memory(USUAL);

  /** Of a session, by its number. */
  DirectCalls(DirectFunctions functions, long session) {
    for (Operation operation : Operation.values()) {
      calls.put(operation, Calls.of(functions, operation));
    }
    this.session = session;
  }

  private static ByteBuffer memory(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
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
      throw new CryptokiException(operation.function, Ckr.DATA_LEN_RANGE.code());
    }
    int messageAt = DATA_AT + iv.length + aad.length;
    int outAt = messageAt + message.length;
    int room = message.length + ADDED;
    ByteBuffer mine = outAt + room <= USUAL ? memory : memory(outAt + room);
    long base = Pointer.nativeValue(Native.getDirectBufferPointer(mine));
    Calls call = Objects.requireNonNull(calls.get(operation));
    try {
      mine.putLong(0, mechanism.code()).putLong(Long.BYTES, 0).putLong(2 * Long.BYTES, 0);
      if (mechanism instanceof Mechanism.Gcm) {
        putGcm(mine, base, iv, aad);
      }
      mine.put(messageAt, message);
      must(operation.function + "Init", call.init, session, base, key);
      mine.putLong(LENGTH_AT, room);
      must(
          operation.function,
          call.work,
          session,
          base + messageAt,
          (long) message.length,
          base + outAt,
          base + LENGTH_AT);
      long given = mine.getLong(LENGTH_AT);
      if (given < 0 || given > room) {
        throw new CryptokiException(operation.function, Ckr.BUFFER_TOO_SMALL.code());
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

  private static void must(String name, Function function, Object... arguments)
      throws CryptokiException {
    long code = function.invokeLong(arguments);
    if (code != 0) {
      throw new CryptokiException(name, code);
    }
  }
}
