package dev.e2ee.custody.pkcs11;

import java.util.stream.Stream;

/** A device's keys in a token, through the JDK. */
class DeviceKeysSunTest extends DeviceKeysTest {
  @Override
  Binding binding() {
    return Binding.SUN;
  }

  /** The others need nothing of it that these do not show, or RSA, which it does not call. */
  static Stream<RealToken> tokens() {
    return Stream.of(RealToken.SOFTHSM, RealToken.NSS);
  }
}
