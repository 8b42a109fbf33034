/**
 * Custody scheme {@code keychain:}: a key file whose key an operating system's keychain keeps.
 *
 * <p>What lies in the keychain is {@code testvectors/spec/keyfile.md}, section 4, "Keychain item".
 */
@org.jspecify.annotations.NullMarked
module dev.e2ee.custody.keychain {
  requires transitive dev.e2ee.custody.file;
  requires org.freedesktop.dbus;
  requires static java.keyring;
  requires static org.jspecify;

  exports dev.e2ee.custody.keychain;

  provides dev.e2ee.spi.CustodyProvider with
      dev.e2ee.custody.keychain.KeychainProvider;
}
