package dev.e2ee.custody.pkcs11;

/** Many threads, and many operations, through the JDK. */
class StormSunTest extends Storm {
  @Override
  Binding binding() {
    return Binding.SUN;
  }
}
