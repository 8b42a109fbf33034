package dev.e2ee.custody.pkcs11.internal.sun;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import sun.security.pkcs11.wrapper.PKCS11Exception;

/**
 * Memory outside of the heap for one call: what goes in, and behind it what comes out. The JDK
 * holds arrays of the heap fast while it calls C_Encrypt or C_Decrypt, so that no garbage could be
 * collected, and soon no thread could go on, while a token does not answer. Confined to its
 * session.
 */
final class NativeBytes {
  private static final MethodHandle ADDRESS = addressOfBuffers();

  private ByteBuffer memory = ByteBuffer.allocateDirect(1024);

  /** A call that reads its input at one address and writes at another. */
  interface Call {
    /** Makes it; gives the bytes that were written. */
    int run(long in, long out) throws PKCS11Exception;
  }

  /** Makes a call whose output has at most so many bytes; nothing of it is left behind. */
  byte[] through(byte[] input, int most, Call call) throws PKCS11Exception {
    if (memory.capacity() < input.length + most) {
      memory = ByteBuffer.allocateDirect(input.length + most);
    }
    try {
      memory.put(0, input);
      long address = address();
      byte[] output = new byte[call.run(address, address + input.length)];
      memory.get(input.length, output);
      return output;
    } finally {
      memory.put(0, new byte[input.length + most]);
    }
  }

  private long address() {
    try {
      return (long) ADDRESS.invoke(memory);
    } catch (Throwable e) { // it reads a field
      throw new IllegalStateException(e);
    }
  }

  /** Exported by whoever started Java; javac warns of the name, and no annotation stops it. */
  private static MethodHandle addressOfBuffers() {
    try {
      return MethodHandles.lookup()
          .findVirtual(
              Class.forName("sun.nio.ch.DirectBuffer"),
              "address",
              MethodType.methodType(long.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
