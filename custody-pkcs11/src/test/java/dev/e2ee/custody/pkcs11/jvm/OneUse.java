package dev.e2ee.custody.pkcs11.jvm;

import dev.e2ee.custody.pkcs11.Pkcs11Custody;
import dev.e2ee.custody.pkcs11.Pkcs11Provider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import javax.security.auth.callback.PasswordCallback;

/**
 * A program that uses a token once; its arguments are a URI and a PIN. In a package of its own, for
 * a module that has a package has all of it.
 */
public final class OneUse {
  private OneUse() {}

  /** Says what came of it. */
  public static void main(String[] arguments) {
    CustodyOptions options =
        CustodyOptions.defaults()
            .withCallbackHandler(
                callbacks ->
                    ((PasswordCallback) callbacks[0]).setPassword(arguments[1].toCharArray()));
    try (Pkcs11Custody custody =
        new Pkcs11Provider().open(CustodyUri.parse(arguments[0]), options)) {
      custody.unlock();
      DekWrap umk = custody.generate("records", KeyKind.UMK).operation(DekWrap.class).orElseThrow();
      byte[] aad = {1};
      try (SecretBytes dek = SecretBytes.adopt(new byte[32]);
          SecretBytes back = umk.unwrap(umk.wrap(dek, aad), aad)) {
        System.out.println(
            "used in " + Pkcs11Custody.class.getModule() + ": " + back.sameBytes(dek));
      }
    } catch (CustodyException e) {
      System.out.println(e.kind() + ": " + e.getMessage());
    }
  }
}
