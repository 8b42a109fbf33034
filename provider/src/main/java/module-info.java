/**
 * The JCA provider {@code E2EE}, and the typed API beside it.
 *
 * <p>An application needs none of its types: {@code Cipher.getInstance("E2EE-Envelope")} does it.
 */
@org.jspecify.annotations.NullMarked
module dev.e2ee.provider {
  requires com.fasterxml.jackson.core;
  // For applications that rotate the records of a database.
  requires static java.sql;
  requires static org.jspecify;
  requires transitive dev.e2ee.argon2;
  requires transitive dev.e2ee.spi;

  exports dev.e2ee.device;
  exports dev.e2ee.envelope;
  exports dev.e2ee.interop.acontext;
  exports dev.e2ee.interop.pia;
  exports dev.e2ee.interop.starfish;
  exports dev.e2ee.invite;
  exports dev.e2ee.key;
  exports dev.e2ee.keyring;
  exports dev.e2ee.provider;
  exports dev.e2ee.recovery;
  exports dev.e2ee.rotation;
  exports dev.e2ee.store;
  exports dev.e2ee.token;

  // Formats that no JCA service speaks, for the conformance runner.
  exports dev.e2ee.internal.chunk to
      dev.e2ee.testvectors;
  exports dev.e2ee.internal.core to
      dev.e2ee.testvectors;
  exports dev.e2ee.internal.device to
      dev.e2ee.testvectors;
  exports dev.e2ee.internal.format to
      dev.e2ee.testvectors;
  exports dev.e2ee.internal.hpke to
      dev.e2ee.testvectors;
  exports dev.e2ee.internal.invite to
      dev.e2ee.testvectors;
  exports dev.e2ee.internal.json to
      dev.e2ee.testvectors;
  exports dev.e2ee.internal.keyring to
      dev.e2ee.testvectors;

  provides java.security.Provider with
      dev.e2ee.provider.E2eeProvider;
}
