package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.sun.SunBinding;
import dev.e2ee.custody.pkcs11.internal.wrapper.WrapperModule;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Through what the functions of a module are called: the URI names it, nothing is ever guessed. */
enum Binding {
  /** The library of that name, and JNA for the calls of each wrap: with native code of theirs. */
  IPKCS11WRAPPER("ipkcs11wrapper", "ipkcs11wrapper") {
    @Override
    Cryptoki load(Path module, Optional<String> initArgs) throws IOException {
      try {
        return WrapperModule.load(module, initArgs);
      } catch (NoClassDefFoundError e) {
        throw new CustodyException(
            Kind.UNSUPPORTED,
            "the libraries ipkcs11wrapper and jna are not both there: put them on the class path, or"
                + " on the module path with --add-modules ipkcs11wrapper,com.sun.jna; or do"
                + " without, by binding=sun",
            e);
      }
    }
  },
  /** The JDK's functions for its provider SunPKCS11, with no native code but the JDK's. */
  SUN("sun", "the JDK's own functions") {
    @Override
    Cryptoki load(Path module, Optional<String> initArgs) throws IOException {
      return SunBinding.load(module, initArgs);
    }
  };

  /** What binds where no URI says anything else. */
  static final Binding DEFAULT = IPKCS11WRAPPER;

  private final String text;
  private final String description;

  Binding(String text, String description) {
    this.text = text;
    this.description = description;
  }

  /** Its name in a URI. */
  String text() {
    return text;
  }

  /** The back end, for people. */
  String backend() {
    return "PKCS#11 token, through " + description;
  }

  /**
   * The one that a URI names.
   *
   * @throws CustodyException UNSUPPORTED when there is none of that name
   */
  static Binding of(CustodyUri uri) {
    Optional<String> name = uri.query("binding");
    return name.isEmpty()
        ? DEFAULT
        : Arrays.stream(values())
            .filter(binding -> binding.text.equals(name.get()))
            .findFirst()
            .orElseThrow(
                () ->
                    new CustodyException(
                        Kind.UNSUPPORTED,
                        "binding is ipkcs11wrapper, which is the default, or sun"));
  }

  /**
   * Loads a module.
   *
   * @throws IOException when it cannot be loaded
   * @throws CustodyException UNSUPPORTED when the binding itself is not there
   */
  abstract Cryptoki load(Path module, Optional<String> initArgs) throws IOException;
}
