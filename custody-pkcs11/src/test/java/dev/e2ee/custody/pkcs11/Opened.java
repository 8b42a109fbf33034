package dev.e2ee.custody.pkcs11;

import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.time.Duration;
import java.util.function.Consumer;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;

/** Opens custodies for tests. */
final class Opened {
  private Opened() {}

  /** Options whose handler gives this PIN. */
  static CustodyOptions giving(String pin) {
    return CustodyOptions.defaults()
        .withDeadline(Duration.ofMinutes(2)) // a TPM makes long RSA keys
        .withCallbackHandler(
            callbacks -> {
              for (Callback callback : callbacks) {
                ((PasswordCallback) callback).setPassword(pin.toCharArray());
              }
            });
  }

  /** Open and unlocked. */
  static Pkcs11Custody unlocked(CustodyUri uri) {
    Pkcs11Custody custody = new Pkcs11Provider().open(uri, giving(RealToken.PIN));
    custody.unlock();
    return custody;
  }

  /**
   * Open, through the binding that the URI names, with a module whose calls are counted and fail as
   * they are told.
   *
   * @param made gets the module: once for all custodies that are open at the same time
   */
  static Pkcs11Custody faulty(CustodyUri uri, CustodyOptions options, Consumer<FaultyModule> made) {
    return Pkcs11Custody.open(
        uri,
        options,
        path -> {
          FaultyModule module =
              new FaultyModule(Binding.of(uri).load(path, uri.query("init-args")));
          made.accept(module);
          return module;
        });
  }
}
