package dev.e2ee.custody.pkcs11;

/** Faults of a token, through the JDK. */
class FaultsSunTest extends FaultsTest {
  @Override
  Binding binding() {
    return Binding.SUN;
  }
}
