package dev.e2ee.custody.pkcs11;

/** How often a PIN is given to a token, through the JDK. */
class LoginTriesSunTest extends LoginTriesTest {
  @Override
  Binding binding() {
    return Binding.SUN;
  }
}
