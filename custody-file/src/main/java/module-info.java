/**
 * Custody scheme {@code file:}: keys in a file on disk, under passphrases and slot keys.
 *
 * <p>The format is {@code testvectors/spec/keyfile.md}; the numbers in brackets in the code, such
 * as {@code [keyfile-7]}, are its rules.
 */
@org.jspecify.annotations.NullMarked
module dev.e2ee.custody.file {
  requires transitive dev.e2ee.argon2;
  requires transitive dev.e2ee.spi;
  requires static org.jspecify;

  exports dev.e2ee.custody.file;

  provides dev.e2ee.spi.CustodyProvider with
      dev.e2ee.custody.file.KeyFileProvider;
}
