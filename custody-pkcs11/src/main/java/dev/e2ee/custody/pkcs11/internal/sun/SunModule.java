package dev.e2ee.custody.pkcs11.internal.sun;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.ModuleInfo;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sun.security.pkcs11.wrapper.CK_C_INITIALIZE_ARGS;
import sun.security.pkcs11.wrapper.CK_INFO;
import sun.security.pkcs11.wrapper.CK_TOKEN_INFO;
import sun.security.pkcs11.wrapper.PKCS11;
import sun.security.pkcs11.wrapper.PKCS11Exception;

/**
 * A module through the C functions that the JDK has for its own provider SunPKCS11; nothing of the
 * provider itself is used, neither its sessions nor its logins. For installations that want no
 * native code but the module's and the JDK's. Same on JDK 17 and 25.
 *
 * <p>Two things are as the JDK has them. All modules of the process are loaded and initialised one
 * after the other: while one does not answer there, no other is opened through this binding. And
 * each initialisation leaves some hundred bytes behind, because the JDK forgets none.
 */
final class SunModule implements Cryptoki {
  private static final String FUNCTION_LIST = "C_GetFunctionList";
  private static final long OS_LOCKING_OK = 2;
  private static final long SERIAL_READ_WRITE = 6;

  private final Path file;
  private final CK_C_INITIALIZE_ARGS args;
  private volatile PKCS11 functions;

  private SunModule(Path file, CK_C_INITIALIZE_ARGS args) throws IOException, PKCS11Exception {
    this.file = file;
    this.args = args;
    this.functions = PKCS11.getInstance(Spellings.next(file), FUNCTION_LIST, args, true);
  }

  static Cryptoki load(Path module, Optional<String> initArgs) throws IOException {
    CK_C_INITIALIZE_ARGS args = new CK_C_INITIALIZE_ARGS();
    args.flags = OS_LOCKING_OK;
    args.pReserved = initArgs.orElse(null);
    try {
      return new SunModule(module, args);
    } catch (PKCS11Exception e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** One call of the module that gives something. */
  interface Call<T> {
    T run() throws PKCS11Exception;
  }

  /** One call of the module that gives nothing. */
  interface Action {
    void run() throws PKCS11Exception;
  }

  static <T> T call(String function, Call<T> call) throws CryptokiException {
    try {
      return call.run();
    } catch (PKCS11Exception e) {
      throw new CryptokiException(function, e.getErrorCode());
    }
  }

  static void act(String function, Action action) throws CryptokiException {
    call(
        function,
        () -> {
          action.run();
          return function;
        });
  }

  /**
   * The JDK hides that somebody else came first, so that is looked for before. Two at the same
   * moment both take themselves for the first.
   */
  @Override
  public void initialize() throws CryptokiException {
    if (isInitialized()) {
      throw new CryptokiException("C_Initialize", Ckr.CRYPTOKI_ALREADY_INITIALIZED.code());
    }
    try {
      functions = PKCS11.getInstance(Spellings.next(file), FUNCTION_LIST, args, false);
    } catch (PKCS11Exception e) {
      throw new CryptokiException("C_Initialize", e.getErrorCode());
    } catch (IOException e) { // it was loaded before
      throw new CryptokiException("C_GetFunctionList", Ckr.GENERAL_ERROR.code());
    }
  }

  /** NSS answers before it is initialised, with no slots; others have some, if without tokens. */
  private boolean isInitialized() throws CryptokiException {
    try {
      return call("C_GetSlotList", () -> functions.C_GetSlotList(false)).length > 0;
    } catch (CryptokiException e) {
      if (e.is(Ckr.CRYPTOKI_NOT_INITIALIZED)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void end() throws CryptokiException {
    act("C_Finalize", () -> functions.C_Finalize(null));
  }

  @Override
  public ModuleInfo info() throws CryptokiException {
    CK_INFO info = call("C_GetInfo", functions::C_GetInfo);
    return new ModuleInfo(
        Token.unpadded(utf8(info.manufacturerID)),
        Token.unpadded(utf8(info.libraryDescription)),
        info.libraryVersion.major + "." + info.libraryVersion.minor,
        info.cryptokiVersion.major + "." + info.cryptokiVersion.minor);
  }

  @Override
  public long[] slots() throws CryptokiException {
    return call("C_GetSlotList", () -> functions.C_GetSlotList(true));
  }

  @Override
  public Token token(long slot) throws CryptokiException {
    CK_TOKEN_INFO info = call("C_GetTokenInfo", () -> functions.C_GetTokenInfo(slot));
    long slotFlags = call("C_GetSlotInfo", () -> functions.C_GetSlotInfo(slot)).flags;
    return Token.of(
        slot,
        Stream.of(info.label, info.manufacturerID, info.model, info.serialNumber)
            .map(SunModule::utf8)
            .toList(),
        info.flags,
        slotFlags,
        info.ulMaxSessionCount);
  }

  /** The JDK gives each byte of UTF-8 as a character. */
  static String utf8(char[] bytes) {
    return new String(
        new String(bytes).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  @Override
  public Set<Long> mechanisms(long slot) throws CryptokiException {
    return Arrays.stream(call("C_GetMechanismList", () -> functions.C_GetMechanismList(slot)))
        .boxed()
        .collect(Collectors.toSet());
  }

  @Override
  public CryptokiSession open(long slot) throws CryptokiException {
    PKCS11 now = functions;
    long handle =
        call("C_OpenSession", () -> now.C_OpenSession(slot, SERIAL_READ_WRITE, null, null));
    return new SunSession(now, handle);
  }
}
