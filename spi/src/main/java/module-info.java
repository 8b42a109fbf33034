/**
 * What a key-custody back end implements, and what the E2EE provider calls.
 *
 * <p>A back end lists its {@link dev.e2ee.spi.CustodyProvider} as a service; {@link
 * dev.e2ee.spi.Custodies} finds it by the scheme of a custody URI.
 */
@org.jspecify.annotations.NullMarked
module dev.e2ee.spi {
  requires static org.bouncycastle.fips.core;
  requires static org.jspecify;

  exports dev.e2ee.spi;
  exports dev.e2ee.spi.key;
  exports dev.e2ee.spi.probe;
  exports dev.e2ee.spi.internal.crypto to
      dev.e2ee.provider,
      dev.e2ee.custody.file,
      dev.e2ee.custody.keychain,
      dev.e2ee.custody.pkcs11,
      dev.e2ee.testvectors;
  exports dev.e2ee.spi.internal.curve to
      dev.e2ee.provider,
      dev.e2ee.custody.pkcs11,
      dev.e2ee.testvectors;
  exports dev.e2ee.spi.internal.custody to
      dev.e2ee.provider,
      dev.e2ee.custody.file,
      dev.e2ee.custody.keychain,
      dev.e2ee.custody.pkcs11;
  exports dev.e2ee.spi.internal.engine to
      dev.e2ee.provider,
      dev.e2ee.custody.file;

  uses dev.e2ee.spi.CustodyProvider;
}
