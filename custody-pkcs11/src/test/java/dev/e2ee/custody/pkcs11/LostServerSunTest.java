package dev.e2ee.custody.pkcs11;

/** A token's server dies, or stops answering, through the JDK. */
class LostServerSunTest extends LostServer {
  @Override
  Binding binding() {
    return Binding.SUN;
  }
}
