/**
 * Custody scheme {@code pkcs11:}: keys that stay in an HSM or another token.
 *
 * <p>What it writes into a token, and how it wraps, is {@code testvectors/spec/token.md}; the
 * numbers in brackets in the code, such as {@code [token-7]}, are its rules.
 */
@org.jspecify.annotations.NullMarked
module dev.e2ee.custody.pkcs11 {
  requires transitive dev.e2ee.spi;
  requires static com.sun.jna;
  requires static ipkcs11wrapper;
  requires static jdk.crypto.cryptoki;
  requires static org.jspecify;

  exports dev.e2ee.custody.pkcs11;

  provides dev.e2ee.spi.CustodyProvider with
      dev.e2ee.custody.pkcs11.Pkcs11Provider;
}
