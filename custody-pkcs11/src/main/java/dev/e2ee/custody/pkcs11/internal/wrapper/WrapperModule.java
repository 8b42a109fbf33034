package dev.e2ee.custody.pkcs11.internal.wrapper;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.ModuleInfo;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import iaik.pkcs.pkcs11.wrapper.CK_C_INITIALIZE_ARGS;
import iaik.pkcs.pkcs11.wrapper.CK_INFO;
import iaik.pkcs.pkcs11.wrapper.CK_TOKEN_INFO;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.xipki.pkcs11.wrapper.PKCS11Module;
import org.xipki.pkcs11.wrapper.StaticLogger;

/**
 * A module through ipkcs11wrapper, of which the C functions alone are used. What the library lays
 * above them changes answers: its {@code Session} takes a failed read of an attribute for an absent
 * one and converts signatures, its {@code PKCS11Token} hides the errors of initialisations.
 */
public final class WrapperModule implements Cryptoki {
  private static final long OS_LOCKING_OK = 2;
  private static final long SERIAL_READ_WRITE = 6;

  private final PKCS11 functions;
  private final Optional<ModuleCalls> direct;
  private final Optional<String> initArgs;

  private WrapperModule(PKCS11 functions, Optional<ModuleCalls> direct, Optional<String> initArgs) {
    this.functions = functions;
    this.direct = direct;
    this.initArgs = initArgs;
  }

  /**
   * Loads a module; what it does by itself when it is loaded, it does now.
   *
   * @param initArgs text that the module gets at C_Initialize, such as NSS wants
   * @throws IOException when it cannot be loaded, or the wrapper's own library cannot
   */
  public static WrapperModule load(Path module, Optional<String> initArgs) throws IOException {
    StaticLogger.setLogger(new Silence());
    try {
      PKCS11 functions = PKCS11Module.getInstance(module.toString()).getPKCS11Module();
      return new WrapperModule(
          functions, DirectFunctions.of(module).map(DirectFunctions::calls), initArgs);
    } catch (UnsatisfiedLinkError e) {
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

  @Override
  public void initialize() throws CryptokiException {
    CK_C_INITIALIZE_ARGS args = new CK_C_INITIALIZE_ARGS();
    args.flags = OS_LOCKING_OK;
    args.pReserved = initArgs.orElse(null);
    act("C_Initialize", () -> functions.C_Initialize(args, true));
  }

  @Override
  public void end() throws CryptokiException {
    act("C_Finalize", () -> functions.C_Finalize(null));
  }

  @Override
  public ModuleInfo info() throws CryptokiException {
    CK_INFO info = call("C_GetInfo", functions::C_GetInfo);
    return new ModuleInfo(
        Token.unpadded(new String(info.manufacturerID)),
        Token.unpadded(new String(info.libraryDescription)),
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
            .map(String::new)
            .toList(),
        info.flags,
        slotFlags,
        info.ulMaxSessionCount);
  }

  @Override
  public Set<Long> mechanisms(long slot) throws CryptokiException {
    return Arrays.stream(call("C_GetMechanismList", () -> functions.C_GetMechanismList(slot)))
        .boxed()
        .collect(Collectors.toSet());
  }

  @Override
  public CryptokiSession open(long slot) throws CryptokiException {
    long handle =
        call("C_OpenSession", () -> functions.C_OpenSession(slot, SERIAL_READ_WRITE, null, null));
    return new WrapperSession(
        functions, direct.map(calls -> new DirectCalls(calls, handle)), handle);
  }
}
