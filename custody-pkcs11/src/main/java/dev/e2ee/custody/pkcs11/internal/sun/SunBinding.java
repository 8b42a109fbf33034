package dev.e2ee.custody.pkcs11.internal.sun;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The binding that is made of two internal packages of the JDK. Whoever starts Java exports them to
 * this module by name, and nothing is opened to reflection.
 */
public final class SunBinding {
  private record Internal(String module, String name) {}

  private static final List<Internal> NEEDED =
      List.of(
          new Internal("jdk.crypto.cryptoki", "sun.security.pkcs11.wrapper"),
          new Internal("java.base", "sun.nio.ch"));

  private SunBinding() {}

  /**
   * Loads a module; what it does by itself when it is loaded, it does now.
   *
   * @param initArgs text that the module gets at C_Initialize, such as NSS wants
   * @throws IOException when it cannot be loaded, or this JDK's functions are others
   * @throws CustodyException UNSUPPORTED, with the options of Java that are missing
   */
  public static Cryptoki load(Path module, Optional<String> initArgs) throws IOException {
    requireExports();
    try {
      return SunModule.load(module, initArgs);
    } catch (LinkageError e) {
      throw new IOException("this JDK has other functions than 17 and 25 have, " + e, e);
    }
  }

  /** Before any class is touched that cannot do without. */
  private static void requireExports() {
    Module own = SunBinding.class.getModule();
    String to = own.isNamed() ? own.getName() : "ALL-UNNAMED";
    String missing =
        NEEDED.stream()
            .filter(needed -> !module(needed).isExported(needed.name(), own))
            .map(needed -> " --add-exports " + needed.module() + "/" + needed.name() + "=" + to)
            .collect(Collectors.joining());
    if (!missing.isEmpty()) {
      throw new CustodyException(
          Kind.UNSUPPORTED,
          "binding=sun uses the JDK's own PKCS#11 functions, which are internal to it: start Java"
              + " with"
              + missing);
    }
  }

  private static Module module(Internal needed) {
    Optional<Module> there = ModuleLayer.boot().findModule(needed.module());
    return there.orElseThrow(
        () ->
            new CustodyException(
                Kind.UNSUPPORTED,
                "binding=sun needs the module "
                    + needed.module()
                    + ", which this Java lacks: start it with --add-modules "
                    + needed.module()
                    + ", or link it with that module"));
  }
}
