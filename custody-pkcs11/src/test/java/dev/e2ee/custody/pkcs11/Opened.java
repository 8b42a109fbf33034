package dev.e2ee.custody.pkcs11;

import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.time.Duration;
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
}
