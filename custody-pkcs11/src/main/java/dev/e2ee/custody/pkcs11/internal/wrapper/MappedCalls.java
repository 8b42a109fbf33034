package dev.e2ee.custody.pkcs11.internal.wrapper;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.e2ee.custody.pkcs11.internal.wrapper.DirectCalls.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.Objects;

/**
 * The functions that a module exports by their names, as native methods of this class, which take
 * microseconds less for each call than {@link ListedCalls} do. A class has the functions of one
 * module; so each module gets a copy of it.
 */
final class MappedCalls implements ModuleCalls {
  private static final String ITSELF = "MappedCalls.class";

  /** Held, since JNA closes a library that nobody holds. */
  @SuppressWarnings("unused")
  private final NativeLibrary library;

  MappedCalls(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Those of a module.
   *
   * @throws UnsatisfiedLinkError when it does not export all of them
   */
  static ModuleCalls of(NativeLibrary library) {
    try (InputStream code =
        Objects.requireNonNull(MappedCalls.class.getResourceAsStream(ITSELF), ITSELF)) {
      MethodHandles.Lookup copy =
          MethodHandles.lookup().defineHiddenClass(code.readAllBytes(), true);
      Native.register(copy.lookupClass(), library);
      return (ModuleCalls)
          copy.lookupClass().getDeclaredConstructor(NativeLibrary.class).newInstance(library);
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException("a class of this package cannot be copied", e);
    }
  }

  private static native long C_EncryptInit(long session, long mechanism, long key);

  private static native long C_DecryptInit(long session, long mechanism, long key);

  private static native long C_SignInit(long session, long mechanism, long key);

  private static native long C_Encrypt(
      long session, long in, long inLength, long out, long outLengthAt);

  private static native long C_Decrypt(
      long session, long in, long inLength, long out, long outLengthAt);

  private static native long C_Sign(
      long session, long in, long inLength, long out, long outLengthAt);

  @Override
  public long start(Operation operation, long session, long mechanism, long key) {
    return switch (operation) {
      case ENCRYPT -> C_EncryptInit(session, mechanism, key);
      case DECRYPT -> C_DecryptInit(session, mechanism, key);
      case SIGN -> C_SignInit(session, mechanism, key);
    };
  }

  @Override
  public long work(
      Operation operation, long session, long in, long inLength, long out, long outLengthAt) {
    return switch (operation) {
      case ENCRYPT -> C_Encrypt(session, in, inLength, out, outLengthAt);
      case DECRYPT -> C_Decrypt(session, in, inLength, out, outLengthAt);
      case SIGN -> C_Sign(session, in, inLength, out, outLengthAt);
    };
  }
}
