package dev.e2ee.custody.pkcs11;

/** What is written into a token, through the JDK. */
class TokenFormatSunTest extends TokenFormatTest {
  @Override
  Binding binding() {
    return Binding.SUN;
  }
}
