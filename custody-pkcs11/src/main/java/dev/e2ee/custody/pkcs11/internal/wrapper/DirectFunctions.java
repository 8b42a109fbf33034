package dev.e2ee.custody.pkcs11.internal.wrapper;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of each wrap as the module itself gives them: CK_FUNCTION_LIST of PKCS #11 v2.40.
 * The wrapper's library asks the JVM for some twenty classes by name before it knows what GCM's
 * parameters are, and lets the module do C_Encrypt twice, once for the length: a quarter of a
 * wrap's time with SoftHSM, and wrong with NSS, which leaves the tag out of that length.
 */
final class DirectFunctions {
  private static final String GIVES_LIST = "C_GetFunctionList";

  /** Before the functions there is a version of two bytes, filled up to a pointer. */
  private static final int VERSION = Long.BYTES;

  /**
   * dlopen's flags: RTLD_NOW, and not JNA's RTLD_GLOBAL, by which one module would call another
   * one's functions, since all have the same names.
   */
  private static final Map<String, Integer> FOR_ITSELF = Map.of(Library.OPTION_OPEN_FLAGS, 2);

  /** Held, since JNA closes a library that nobody holds. */
  private final NativeLibrary library;

  private DirectFunctions(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Those of a module that the wrapper has loaded. None where a CK_ULONG has not 8 bytes, as on
   * Windows, and where each list is a module of its own, with sessions of its own: p11-kit's.
   */
  static Optional<DirectFunctions> of(Path module) {
    if (NativeLong.SIZE != Long.BYTES) {
      return Optional.empty();
    }
    NativeLibrary library = NativeLibrary.getInstance(module.toString(), FOR_ITSELF);
    return list(library).equals(list(library))
        ? Optional.of(new DirectFunctions(library))
        : Optional.empty();
  }

  private static Pointer list(NativeLibrary library) {
    PointerByReference list = new PointerByReference();
    long code = library.getFunction(GIVES_LIST).invokeLong(new Object[] {list});
    if (code != 0) {
      throw new UnsatisfiedLinkError(GIVES_LIST + " returned " + code);
    }
    return list.getValue();
  }

  /** As fast as this module lets them be called. */
  ModuleCalls calls() {
    return exportsWhatItLists() ? MappedCalls.of(library) : new ListedCalls(this);
  }

  /** Whether it exports these functions by their names, and the list has the very same ones. */
  private boolean exportsWhatItLists() {
    try {
      for (DirectCalls.Operation operation : DirectCalls.Operation.values()) {
        if (!exports(operation.start(), operation.startAt())
            || !exports(operation.work(), operation.startAt() + 1)) {
          return false;
        }
      }
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private boolean exports(String name, int place) {
    return Pointer.nativeValue(library.getFunction(name)) == Pointer.nativeValue(at(place));
  }

  /** The function at a place in the list, C_Initialize being at 0. */
  Function at(int place) {
    return Function.getFunction(list(library).getPointer(VERSION + (long) place * Long.BYTES));
  }
}
