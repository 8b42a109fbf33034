package dev.e2ee.custody.pkcs11;

/** What every token must do, through the JDK. */
class EachTokenSunTest extends EachTokenTest {
  @Override
  Binding binding() {
    return Binding.SUN;
  }
}
