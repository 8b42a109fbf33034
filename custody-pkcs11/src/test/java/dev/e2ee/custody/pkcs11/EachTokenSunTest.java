package dev.e2ee.custody.pkcs11;

import java.util.stream.Stream;

/** What every token must do, through the JDK. */
class EachTokenSunTest extends EachToken {
  @Override
  Binding binding() {
    return Binding.SUN;
  }

  /** The others need nothing of it that these do not show, or RSA, which it does not call. */
  static Stream<RealToken> holdingUmks() {
    return Stream.of(RealToken.SOFTHSM, RealToken.NSS);
  }
}
